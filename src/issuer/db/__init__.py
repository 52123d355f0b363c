"""Tables and the queries over them. A query reads, adds or updates, and never commits."""
