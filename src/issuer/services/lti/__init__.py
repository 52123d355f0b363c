"""Platforms of LTI 1.3: registered, launched from, and asked for results."""
