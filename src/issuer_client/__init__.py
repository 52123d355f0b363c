"""A small client for learning platforms: send what was approved, look at awards, withdraw them."""

from issuer_client.client import IssuerClient
from issuer_client.results import Award, Issued, Line, Problem, Tried

__all__ = ["Award", "Issued", "IssuerClient", "Line", "Problem", "Tried"]
