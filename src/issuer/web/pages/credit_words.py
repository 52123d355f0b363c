"""Credit in words: how much of what, and where it is meant to count."""

from collections.abc import Sequence

from markupsafe import Markup

from issuer.core import documents
from issuer.core.awarding import particulars
from issuer.core.awarding.credit_types import EXTENSION
from issuer.core.awarding.particulars import Credit
from issuer.web.pages import saying, words
from issuer.web.pages.words import Language


def amount(lang: Language, credit: Credit) -> Markup:
    """Return how much of a unit there is. A unit of a programme's own is called as the programme calls it."""
    how_much = documents.number(credit.amount)
    known = f"credits.{credit.type}_{'one' if how_much == 1 else 'many'}"
    if known in words.phrases(lang):
        return saying.say(lang, known, amount=how_much)
    unit = saying.bdi(credit.type.removeprefix(EXTENSION))
    return saying.say(lang, "credits.other", amount=how_much, unit=unit)


def place(lang: Language, jurisdiction: str) -> Markup:
    """Return a state by its name, and any other jurisdiction as it was given."""
    return saying.bdi(words.phrases(lang).get(f"region.{jurisdiction.upper()}", jurisdiction))


def line(lang: Language, credit: Credit) -> Markup:
    """Return all of one credit, as it stands among others: the amount, the state, the category."""
    said = amount(lang, credit)
    if credit.jurisdiction:
        said = saying.say(lang, "credits.in_state", credit=said, state=place(lang, credit.jurisdiction))
    if credit.category:
        said = saying.say(lang, "credits.as_category", credit=said, category=saying.bdi(credit.category))
    return said


def formula(lang: Language, credit: Sequence[Credit]) -> Markup | None:
    """Return what joins two units of credit, where both are there and their amounts agree."""
    hours = particulars.hours_of_ceu(credit)
    return saying.say(lang, f"credits.ceu_{hours}") if hours else None


def by_place(credit: Sequence[Credit]) -> list[Credit]:
    """Return credit by its place, what is for no state alone first. Otherwise it stays in order."""
    return sorted(credit, key=lambda each: each.place)
