"""The Open Badges 3.0 issuer."""
