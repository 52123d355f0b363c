"""The addresses that search engines are told of: those of an origin that anybody may find."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.addresses import Addresses
from issuer.db import achievements, listed, tenants
from issuer.db.tables import Tenant

MOST: Final = 50_000
"""How many addresses one file may hold (sitemaps.org protocol, section "Using Sitemap index files")."""


@dataclass(frozen=True)
class Site:
    """What an origin has to show: its pages, then how many listed badges each tenant has there."""

    pages: tuple[str, ...]
    badges: tuple[tuple[Tenant, int], ...]

    @property
    def size(self) -> int:
        """How many addresses there are."""
        return len(self.pages) + sum(count for _, count in self.badges)


def site(context: Context, base: str) -> Site:
    """Return what may be found under an origin. Unlisted and private badges are not counted."""
    now = context.clock()
    with context.database.read() as session:
        here = [each for each in tenants.real(session) if context.addresses(each).base == base]
        pages = tuple(page for each in here for page in _pages(session, each, context.addresses(each)))
        counts = tuple((each, listed.badge_count(session, each.id, now)) for each in here)
    return Site(pages, counts)


def addresses(context: Context, found: Site, number: int) -> list[str]:
    """Return the addresses of one file, counted from 0: at most `MOST`, and none past the end."""
    start, end = number * MOST, (number + 1) * MOST
    return [
        *found.pages[start:end],
        *_badges(context, found, start - len(found.pages), end - len(found.pages)),
    ]


def _pages(session: Session, tenant: Tenant, at: Addresses) -> Iterator[str]:
    yield at.issuer
    yield from map(at.achievement, achievements.codes(session, tenant.id))
    for code in listed.pathway_codes(session, tenant.id):
        yield f"{at.issuer}/p/{code}"


def _badges(context: Context, found: Site, start: int, end: int) -> Iterator[str]:
    """Yield the addresses of badges from one place to another in the row of all tenants' badges."""
    now, first = context.clock(), 0
    with context.database.read() as session:
        for tenant, count in found.badges:
            skipped, last = max(start - first, 0), min(end - first, count)
            if skipped < last:
                ids = listed.badges(session, tenant.id, now, start=skipped, count=last - skipped)
                yield from map(context.addresses(tenant).badge, ids)
            first += count
