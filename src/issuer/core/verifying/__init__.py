"""Is it real, and is it still valid? Everything is fetched beforehand; nothing here reaches out."""
