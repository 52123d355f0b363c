"""Values, documents and bytes in; values, documents and bytes out. No I/O, no clock, no chance."""
