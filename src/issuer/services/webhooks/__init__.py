"""Tell other systems what happened: who is told, what is on its way, and what became of it."""
