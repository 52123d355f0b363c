"""Hosts of Open Badges 3.0, to which holders have their badges sent: this service is the consumer there."""
