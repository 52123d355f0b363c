"""A pathway as the pages of its badges name it."""

from dataclasses import dataclass

from markupsafe import Markup

from issuer.core.awarding.stack_rule import Rule
from issuer.web.pages import rule_words
from issuer.web.pages.rule_words import Names
from issuer.web.pages.words import Language


@dataclass(frozen=True, kw_only=True)
class PathwayRef:
    """A pathway as other pages name it, with its rule in a sentence."""

    name: str
    url: str
    rule: Rule
    names: Names
    language: str = "en"

    def sentence(self, lang: Language) -> Markup:
        """Return what the pathway takes."""
        return rule_words.sentence(lang, self.rule, self.names)
