"""Platforms that speak a dialect of their own: what their words mean, and what becomes of what they say."""
