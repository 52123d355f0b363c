"""Badges in pictures: how a credential is taken out of the image that carries it."""
