"""Private keys by reference: a signer signs bytes, and never sees a document."""
