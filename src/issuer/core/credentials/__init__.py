"""The OpenBadgeCredential: built from an award, and linted before a key is used."""
