"""One router a family of addresses."""
