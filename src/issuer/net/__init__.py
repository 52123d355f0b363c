"""The only door through which this service fetches something from outside."""
