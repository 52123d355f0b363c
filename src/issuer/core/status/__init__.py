"""Bitstring status lists: which credentials were withdrawn or put on hold (W3C, version 1.0)."""
