"""Stacks: earned by the badges that a person has, and what happens when one of these is lost."""
