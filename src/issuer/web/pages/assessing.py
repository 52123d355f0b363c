"""How an award was assessed, in one sentence: by which method, by whom, against what."""

import re

from markupsafe import Markup

from issuer.web.pages import saying, words
from issuer.web.pages.views import BadgeContent
from issuer.web.pages.words import Language

_SPACE = Markup(" ")


def sentence(lang: Language, content: BadgeContent) -> Markup | None:
    """Return the sentence, or None where nothing is known.

    An assessor is a role and an organisation, never a name. What a platform calls a method or a role is
    quoted where there are no words for it.
    """
    details = [part for part in (_by(lang, content), _against(lang, len(content.results))) if part]
    if not details and not content.method:
        return None
    return _SPACE.join([_method(lang, content), *details]) + "."


def modality(lang: Language, content: BadgeContent) -> Markup | None:
    """Return in which form the work was done, as it was given where there are no words for it."""
    given = content.modality
    if not given:
        return None
    return _known(lang, "modality", given) or saying.signed(lang, given, content.language)


def _method(lang: Language, content: BadgeContent) -> Markup:
    method = content.method
    if not method:
        return saying.say(lang, "assessing.assessed")
    known = _known(lang, "method", method)
    return known or saying.say(
        lang, "assessing.another", method=saying.signed(lang, method, content.language)
    )


def _by(lang: Language, content: BadgeContent) -> Markup | None:
    role, organization = content.assessor_role, content.assessed_by
    who = saying.signed(lang, organization, content.language) if organization else None
    if role:
        who = _role(lang, role, who, content.language)
    return saying.say(lang, "assessing.by", who=who) if who else None


def _role(lang: Language, role: str, organization: Markup | None, language: str) -> Markup:
    known = _known(lang, "assessor", role)
    if known and organization is None:
        return known
    if known:
        return saying.say(lang, "assessing.role_of", role=known, organization=organization)
    given = saying.signed(lang, role, language)
    if organization is None:
        return saying.say(lang, "assessing.other_role", role=given)
    return saying.say(lang, "assessing.other_role_of", role=given, organization=organization)


def _against(lang: Language, count: int) -> Markup | None:
    if count == 0:
        return None
    if count == 1:
        return saying.say(lang, "assessing.against_one")
    return saying.say(lang, "assessing.against_many", count=count)


def _known(lang: Language, section: str, given: str) -> Markup | None:
    """Return the words for what a platform sent, however it wrote it."""
    key = f"{section}.{re.sub(r'[^a-z0-9]+', '_', given.lower()).strip('_')}"
    return saying.say(lang, key) if key in words.phrases(lang) else None
