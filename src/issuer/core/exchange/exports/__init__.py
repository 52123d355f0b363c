"""What state agencies import: rows, profiles, cursors and manifests, as pure values."""
