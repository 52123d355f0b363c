"""Canonical forms by plan: what every document of a shape shares is worked out once, and then filled in."""
