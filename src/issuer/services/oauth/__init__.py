"""OAuth 2.0: who may ask for what is a holder's, and how that is allowed, shown and ended (RFC 6749)."""
