"""What anybody may read, by kind: addresses in which the id of a badge is to be filled in."""

from typing import Final

import httpx

from issuer.services import holder, pathways
from issuer.services.issue import Issued
from tests.support.world import PUBLIC_URL, World

PAGES: Final = (
    "/b/{badge}",
    "/b/{badge}?print=1",
    "/embed/b/{badge}",
    "/i/alder",
    "/i/alder/a/MC-FEEDBACK",
    "/i/alder/a/MC-FEEDBACK/v1",
    "/i/alder/p/AFL",
    "/i/alder/p/AFL/v1",
    "/verify",
    "/verify?url=https://badges.example.org/b/1",
    "/accessibility",
    "/privacy?lang=es",
    "/policy",
    "/problems/not-found",
)
FILES: Final = (
    "/b/{badge}.json",
    "/b/{badge}.jwt",
    "/b/{badge}.svg",
    "/i/alder/a/MC-FEEDBACK/v1.json",
    "/status/1",
)
OTHERS: Final = ("/b/{badge}/verification", f"/oembed?url={PUBLIC_URL}/b/{{badge}}", "/openapi.json")
PICTURES: Final = ("/b/{badge}.png", "/b/{badge}/card.png", "/i/alder/a/MC-FEEDBACK/v1.png")
SHORT: Final = (
    "/i/alder.json",
    "/i/alder/p/AFL.json",
    "/.well-known/did.json",
    "/robots.txt",
    "/sitemap.xml",
)
ALL: Final = (*PAGES, *FILES, *OTHERS, *PICTURES, *SHORT)


def taken(
    http: httpx.Client, path: str, coding: str = "gzip", known: str | None = None
) -> tuple[httpx.Response, bytes]:
    """Return the answer for a reader of pages, and its bytes as they came over the wire."""
    asked = {"accept": "text/html", "accept-encoding": coding}
    if known is not None:
        asked["if-none-match"] = known
    with http.stream("GET", path, headers=asked) as answer:
        return answer, b"".join(answer.iter_raw())


def offer_pathway(world: World) -> None:
    """Publish the pathway that is named above."""
    rule = {"name": "Feedback", "description": "All of it.", "requires": {"all": ["MC-FEEDBACK"]}}
    pathways.save(world.context, world.tenant, "AFL", rule)
    pathways.publish(world.context, world.tenant, "AFL")


def link_of(world: World, issued: Issued) -> str:
    """Return the address of the page of whoever holds a badge."""
    person = issued.award[0].recipient_id
    return holder.mint(world.context, world.tenant, person).url.removeprefix(PUBLIC_URL)


def share_of(world: World, issued: Issued) -> str:
    """Return the address by which its holder shows a private badge."""
    token = link_of(world, issued).rpartition("/")[2]
    person = holder.opened(world.context, token, PUBLIC_URL, "req_test")
    return holder.share(world.context, person, issued.award[0]).url.removeprefix(PUBLIC_URL)
