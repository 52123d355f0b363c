"""One file for each platform's way of saying that somebody passed."""
