"""Which of a resource's forms a request asks for (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence

_ANY = "*/*"
_PAGE = "text/html"
_FOR_PROGRAMS = ("application/problem+json", "application/json")


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offered media type that is wanted most, the earlier offer on a draw, or None.

    A missing header, like `*/*`, takes the first offer.
    """
    ranges = _ranges(accept or _ANY)
    scored = [(_weight(offer, ranges), -place, offer) for place, offer in enumerate(offers)]
    weight, _, offer = max(scored)
    return offer if weight > 0 else None


def prefers_pages(accept: str | None) -> bool:
    """Return whether a reader would rather have an error told on a page than as a problem document."""
    return choose(accept, (*_FOR_PROGRAMS, _PAGE)) == _PAGE


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.lower().split(",")[:50]:
        media, *parameters = [piece.strip() for piece in part.split(";")]
        weights = [piece[2:] for piece in parameters if piece.startswith("q=")]
        found.append((media, _quality(weights[0]) if weights else 1.0))
    return found


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _weight(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the weight of the most specific range that covers an offer; 0 for none."""
    family = offer.partition("/")[0] + "/*"
    for wanted in (offer, family, _ANY):
        weights = [weight for media, weight in ranges if media == wanted]
        if weights:
            return max(weights)
    return 0.0
