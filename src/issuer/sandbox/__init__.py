"""Processes for what strangers send: bounded in time and memory, and killed when over."""
