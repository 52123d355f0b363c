"""From a document to the bytes that are signed, and from a signature to a secured document."""
