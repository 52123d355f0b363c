"""From what a learning platform sends to one `CompetencyApproved`."""
