"""Pictures that issuers uploaded, kept by their digest."""
