"""The emblem of a badge as markup that templates do not escape."""

from markupsafe import Markup

from issuer.core.artwork import emblems


def emblem(name: str, issuer: str, level: str | None = None, ink: str | None = None) -> Markup:
    """Return a small drawing, in which everything that was given is escaped already."""
    return Markup(emblems.emblem(name, issuer, level, ink))  # noqa: S704 - our own drawing
