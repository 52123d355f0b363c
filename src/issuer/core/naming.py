"""How a person's name is shown: whole, or as initials."""

from typing import Final, Literal, TypeAlias

from issuer.core.documents import Document

NameShown: TypeAlias = Literal["full", "initials"]

_PARTICLES: Final = frozenset(
    {"da", "das", "de", "del", "der", "di", "do", "dos", "la", "las", "los", "van", "von", "y"}
)


def name_in(subject: Document) -> str | None:
    """Return the name that a credential's subject holds in clear (Open Badges 3.0, IdentityObject)."""
    names = [
        each
        for each in subject.get("identifier", [])
        if each["identityType"] == "name" and not each["hashed"]
    ]
    return str(names[0]["identityHash"]) if names else None


def shown(name: str, how: str) -> str:
    """Return a name as its holder wants it shown: the whole of it, unless initials are asked for."""
    return initials(name) if how == "initials" else name


def initials(name: str) -> str:
    """Return the initials of a name: R. M. D. for Rosa Maximiliana Delgado-Featherstonehaugh.

    Particles such as `de la` are passed over, unless there is nothing else. A word that begins with no
    letter gives none: what is left of the name could still tell who it is.
    """
    words = name.split()
    letters = _letters([word for word in words if word not in _PARTICLES]) or _letters(words)
    return " ".join(f"{letter}." for letter in letters) or "\N{EN DASH}"


def _letters(words: list[str]) -> list[str]:
    firsts = (next((character for character in word if character.isalpha()), "") for word in words)
    return [letter.upper()[0] for letter in firsts if letter]
