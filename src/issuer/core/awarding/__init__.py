"""What can be earned, by what rule, and whether an event earns it."""
