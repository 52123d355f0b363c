"""Pictures that issuers uploaded: decoded where that does no harm, and kept by their digest."""
