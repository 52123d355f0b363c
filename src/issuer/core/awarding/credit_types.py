"""The units of professional learning that states count."""

import re
from difflib import get_close_matches
from typing import Final

CLOCK_HOUR: Final = "clock_hour"
CONTACT_HOUR: Final = "contact_hour"
CEU: Final = "ceu"

CREDIT_TYPES: Final = (
    CLOCK_HOUR, CONTACT_HOUR, CEU, "pdp", "pdu", "plu", "scech", "act_48_hour", "cpe", "ctle_hour",
    "semester_credit", "quarter_credit", "usbe_credit",
)  # fmt: skip
"""Every unit that has words here. A programme's own begins with `ext:`."""

EXTENSION: Final = "ext:"
_OWN: Final = re.compile(EXTENSION + r"[A-Za-z0-9._-]{1,100}")
_LIKE: Final = 0.5


def canonical(value: str) -> str:
    """Return a type as it is kept: a known one in small letters, one of a programme's own as it was sent.

    Raises `ValueError` that names every type there is, and the one that was probably meant.
    """
    known = value.lower()
    if known in CREDIT_TYPES:
        return known
    if _OWN.fullmatch(value):
        return value
    near = get_close_matches(re.sub(r"\W+", "_", known), CREDIT_TYPES, n=1, cutoff=_LIKE)
    meant = f": did you mean {near[0]}?" if near else ""
    raise ValueError(f"it is none of {', '.join(CREDIT_TYPES)}, nor begins with {EXTENSION}{meant}")
