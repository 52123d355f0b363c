"""What the page of a pathway, and somebody's progress, are given: plain values that know their words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from issuer.core.awarding.pathway import Grant
from issuer.core.awarding.stack_credit import Credit
from issuer.core.awarding.stack_progress import Part, State
from issuer.core.awarding.stack_rule import Label, Rule
from issuer.core.documents import Document
from issuer.web.pages import head, progress_picture, rule_words, saying, words
from issuer.web.pages.head import DASH, Head, Preview
from issuer.web.pages.issuer_views import VersionRef
from issuer.web.pages.pathway_refs import PathwayRef
from issuer.web.pages.views import Image, IssuerRef
from issuer.web.pages.words import Language

_DRAWING: Final = ".svg"


@dataclass(frozen=True, kw_only=True)
class BadgeLine:
    """A badge as a pathway lists it. One without a `url` is not published here any more."""

    name: str
    url: str | None = None
    description: str | None = None
    hours: float | None = None
    retired: bool = False
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class PartView:
    """A part of a rule as pages list it: a badge, or a group with its parts.

    `weight` is how many points a badge brings, `level` the name of the level that it takes. `state` is how a
    person stands to it, where a page is about one.
    """

    rule: Rule
    badge: BadgeLine | None = None
    weight: int | None = None
    level: str | None = None
    label: Label | None = None
    parts: tuple["PartView", ...] = ()
    state: State | None = None

    def heading(self, lang: Language) -> Markup:
        """Return how many of a group's parts it takes."""
        return rule_words.heading(lang, self.rule)

    def called(self, lang: Language) -> tuple[Language, str] | None:
        """Return a group's own name with its language: the page's where there is a name in it."""
        if self.label is None:
            return None
        found: dict[Language, str | None] = {"en": self.label.en, "es": self.label.es}
        return next(((each, name) for each in (lang, words.other(lang)) if (name := found[each])), None)

    def points(self, lang: Language) -> str:
        """Return the points that a badge brings."""
        return rule_words.points(lang, self.weight or 0)


@dataclass(frozen=True, kw_only=True)
class PathwayView(PathwayRef):
    """The page of a published version of a pathway. `versions` are all that there are, the newest first.

    `ends_first` says that the stack ends with the first of its badges; otherwise `valid_for` and `ends_on`
    are as in the definition.
    """

    description: str
    issuer: IssuerRef
    json_url: str
    number: int
    published: datetime
    part: PartView
    brings: BadgeLine | None = None
    grant: Grant = "automatic"
    expired_count: bool = False
    ends_first: bool = False
    valid_for: str | None = None
    ends_on: str | None = None
    credit: Credit | None = None
    retired: bool = False
    newer_url: str | None = None
    versions: tuple[VersionRef, ...] = ()
    image: Image | None = None
    listed: bool = False


@dataclass(frozen=True, kw_only=True)
class ProgressView(PathwayRef):
    """How far a person is with a pathway: for that person, and for the platform where they learn."""

    evaluated: Part
    part: PartView
    left: Rule | None = None

    @property
    def percent(self) -> int:
        """How much is done: 100 when all of it is, and never before."""
        return self.evaluated.percent

    def summary(self, lang: Language) -> Markup:
        """Return what is earned, and what is next, in words."""
        return rule_words.summary(lang, self.evaluated, self.left, self.names)

    def picture(self, lang: Language) -> Markup:
        """Return the progress as a drawing. The list beside it says the same in words."""
        said = self.summary(lang).striptags()
        label = saying.say(lang, "progress.label", name=self.name, percent=self.percent, summary=said)
        return progress_picture.drawn(self.evaluated, label)


@dataclass(frozen=True, kw_only=True)
class ProgressFrame:
    """A person's progress in a frame. Without `progress`, why there is none: the code of an error."""

    progress: ProgressView | None = None
    missing: str = ""
    issuer: IssuerRef | None = None


def head_of(view: PathwayView, lang: Language) -> Head:
    """Return the head of a pathway's page."""
    title = f"{view.name}{DASH}{view.issuer.name}"
    if view.retired:
        title = words.phrase(lang, "pathway.title_retired").format(name=title)
    said = f"{view.description} {view.sentence(lang).striptags()}"
    return Head(
        title=title,
        share_title=view.name,
        description=head.summary(said),
        site=view.issuer.name,
        color=view.issuer.color,
        page_url=view.url,
        json_url=view.json_url,
        listed=view.listed,
        preview=_preview(view),
        data=_structured(view),
    )


def head_of_frame(view: ProgressFrame, lang: Language) -> Head:
    """Return the head of a frame, whose address is told to nobody."""
    color = view.issuer.color if view.issuer else None
    if view.progress is None:
        title = words.phrase(lang, f"error_title.{view.missing.replace('-', '_')}")
        return Head(title=title, color=color, secret=True)
    title = f"{words.phrase(lang, 'progress.title')}{DASH}{view.progress.name}"
    return Head(title=title, color=color, secret=True)


def _preview(view: PathwayView) -> Preview | None:
    if view.image is None or view.image.url.endswith(_DRAWING):
        return None
    return Preview(url=view.image.url, alt=view.image.alt or view.name)


def _structured(view: PathwayView) -> Document:
    """Return the pathway for search engines (schema.org EducationalOccupationalProgram)."""
    return {
        "@type": "EducationalOccupationalProgram",
        "name": view.name,
        "description": view.description,
        "url": view.url,
        "inLanguage": view.language,
        "provider": {"@type": "Organization", "name": view.issuer.name, "url": view.issuer.page_url},
    }
