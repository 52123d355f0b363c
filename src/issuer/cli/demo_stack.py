"""The demo's stack: somebody half way, and somebody whose third badge completes it."""

from collections.abc import Callable
from typing import Final, TypeAlias

import httpx

from issuer.core.documents import Document

Done: TypeAlias = Callable[[httpx.Response], Document]
"""Gives what an answer says, or fails the demo."""

CODE: Final = "LEARNING-TOGETHER"
HALF: Final = "mia@alder.example"
WHOLE: Final = "noor@alder.example"
_NAMES: Final = {HALF: "Mia Torres", WHOLE: "Noor Haddad"}

_BADGE: Final[Document] = {
    "name": "Learning Together",
    "description": "Makes thinking visible, moves it on with feedback, and brings families along.",
    "criteria": {"narrative": "Earn its badges."},
}


def offer(api: httpx.Client, done: Done, codes: list[str]) -> None:
    """Publish the stack that takes all of these badges, and the badge that it brings."""
    done(api.put(f"/v1/achievements/{CODE}", json=_BADGE))
    done(api.post(f"/v1/achievements/{CODE}/publish"))
    pathway = {
        "name": _BADGE["name"],
        "description": _BADGE["description"],
        "achievement": CODE,
        "requires": {"all": codes},
    }
    done(api.put(f"/v1/pathways/{CODE}", json=pathway))
    done(api.post(f"/v1/pathways/{CODE}/publish"))


def half(api: httpx.Client, done: Done, codes: list[str]) -> tuple[str, str]:
    """Award all badges but the last one, and return how far that is and the person's own page."""
    page = ""
    for code in codes[:-1]:
        page = done(api.post("/v1/events", json=_event(code, HALF)))["holder_url"]
    [found] = done(api.get(f"/v1/recipients/{HALF}/pathways"))["pathways"]
    return f"{found['have']} of {found['need']}", page


def whole(api: httpx.Client, done: Done, codes: list[str]) -> str:
    """Award all badges, and return the id of the stack's own, which the last one brought."""
    for code in codes:
        done(api.post("/v1/events", json=_event(code, WHOLE)))
    [found] = done(api.get("/v1/awards", params={"query": WHOLE, "achievement": CODE}))["awards"]
    return str(found["id"])


def _event(code: str, email: str) -> Document:
    return {
        "id": f"demo-{code}-{email}",
        "type": "submission.approved",
        "achievement": code,
        "recipient": {"email": email, "name": _NAMES[email]},
    }
