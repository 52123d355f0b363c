"""Exports to agencies: profiles, the feed of changes, files and manifests, receipts, reconciliation."""
