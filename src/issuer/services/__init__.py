"""Verbs, one a file: the only place where the pure core meets the database, the keys and the clock."""
