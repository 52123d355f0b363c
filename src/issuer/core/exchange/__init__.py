"""What other systems are told: the bodies of webhooks, how they are signed, and when they are sent again."""
