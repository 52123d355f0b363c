"""What the data dictionary of an export is given, and what it says of itself."""

from dataclasses import dataclass

from issuer.web.pages import words
from issuer.web.pages.head import Head
from issuer.web.pages.views import IssuerRef
from issuer.web.pages.words import Language


@dataclass(frozen=True, kw_only=True)
class ColumnLine:
    """A column: its name and kind, what it means (in English), whether it is always there, an example."""

    name: str
    kind: str
    means: str
    required: bool
    example: str


@dataclass(frozen=True, kw_only=True)
class DictionaryView:
    """The columns of a profile's rows, and those of a badge that leaves."""

    issuer: IssuerRef
    agency: str
    name: str
    version: int
    columns: tuple[ColumnLine, ...]
    tombstone: tuple[str, ...]


def head(view: DictionaryView, lang: Language) -> Head:
    """Return the head of the page. It is for those who load the export: nobody needs to find it."""
    title = words.phrase(lang, "export.title").format(agency=view.agency)
    return Head(title=title, site=view.issuer.name, color=view.issuer.color, secret=True)
