"""What a certificate says, line by line: the printed page and the PDF file say the same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from markupsafe import Markup, escape

from issuer.core.artwork import colors
from issuer.core.artwork.pictures import Art
from issuer.web.pages import credit_words, saying, words
from issuer.web.pages.certificate_views import CertificateView
from issuer.web.pages.views import Alignment, BadgeContent
from issuer.web.pages.words import Language

INK: Final = "#1f4e79"
"""The color of a certificate whose issuer has none."""

_GREY: Final = "#555555"
_STATEMENT: Final = 420
_LINE: Final = 160
_CELL: Final = 40
_ROWS: Final = 8
_LINES: Final = 3
_DASH: Final = " \N{EN DASH} "
_JOIN: Final = Markup("; ")
_SIZES: Final = ((28, "large"), (48, "middle"), (100, "small"))
_DENSE: Final = 1300


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A label and what it is of. `language` is that of the values, where they are signed text."""

    label: str
    values: tuple[Markup, ...]
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The certificate in reading order. Values are markup of ours: every text in them is escaped."""

    title: str
    kind: str
    certifies: str
    holder: Markup | None
    blank_name: str
    holder_note: str | None
    earned: str
    name: Markup
    statement: Markup
    language: str
    short: tuple[Fact, ...]
    long: tuple[Fact, ...]
    issuer: Markup
    provider: Fact
    numbers: Fact | None
    official: Fact | None
    educator: str
    status: Markup
    live: Markup
    url: str
    stamp: str | None
    ink: str
    art: Art
    code: str

    @property
    def named(self) -> str:
        """The name of the page or file: its state first, where the badge is not current."""
        parts = filter(
            None, (self.stamp, self.title, self.name.striptags(), (self.holder or Markup()).striptags())
        )
        return _DASH.join(parts)

    @property
    def size(self) -> str:
        """How large the names may stand: `large`, `middle`, `small` or `tiny`."""
        longest = max(len(part.striptags()) for part in (self.holder or Markup(), self.name))
        return next((size for most, size in _SIZES if longest <= most), "tiny")

    @property
    def is_dense(self) -> bool:
        """Whether there is so much to say that all of it has to be set smaller."""
        facts = (*self.short, *self.long, self.provider)
        rows = sum(60 + len(value.striptags()) for fact in facts for value in fact.values)
        return len(self.statement.striptags()) + rows > _DENSE


def sheet(view: CertificateView, lang: Language) -> Sheet:
    """Return what the certificate says in a language. Raises `ValueError` where there is none."""
    content, say = view.content, partial(saying.say, lang)
    if content is None:
        raise ValueError(f"there is no certificate of a badge that is {view.badge.state}")
    state, time = view.badge.state, saying.moment(lang, view.badge.checked_at)
    is_current = state == "current"
    ink = colors.readable(content.issuer.color or INK) if is_current else _GREY
    return Sheet(
        title=say("certificate.title"),
        kind=_in_a_title(words.kind(lang, content.kind)),
        certifies=say("certificate.certifies"),
        holder=saying.bdi(content.holder) if content.holder else None,
        blank_name=say("certificate.blank_name"),
        holder_note=say("certificate.initials") if view.initials else None,
        earned=say("certificate.earned"),
        name=saying.bdi(content.name),
        statement=saying.bdi(_cut(content.description, _STATEMENT)),
        language=content.language,
        short=tuple(_short(content, lang)),
        long=tuple(_long(content, lang)),
        issuer=_line(content.issuer.name),
        provider=_provider(view, content, lang),
        numbers=_numbers(view, lang),
        official=_official(view, lang),
        educator=say("certificate.educator"),
        status=say(f"certificate.status_{state}", time=time, date=_end(content, lang)),
        live=say("certificate.live", url=saying.host(view.badge.page_url)),
        url=view.badge.page_url,
        stamp=None if is_current else say(f"certificate.stamp_{state}"),
        ink=ink,
        art=_art(content, ink, lang),
        code=say("certificate.code", url=view.badge.page_url),
    )


def _art(content: BadgeContent, ink: str, lang: Language) -> Art:
    kind = words.kind(lang, content.kind)
    return Art(name=content.name, issuer=content.issuer.name, kind=kind, color=ink)


def _in_a_title(kind: str) -> str:
    """Return a kind as it stands after other words. Neither language writes it with a capital there."""
    return kind[0].lower() + kind[1:]


def _short(content: BadgeContent, lang: Language) -> Iterator[Fact]:
    """Yield what fits in a cell. States compare the dates of the activity with a license's own."""
    day, fact = partial(saying.day, lang), partial(_fact, lang)
    if content.activity_start:
        yield fact("started", day(content.activity_start))
    if content.activity_end:
        yield fact("ended", day(content.activity_end))
    credit = _credit(content, lang)
    if 0 < len(credit) <= _LINES:
        yield fact("credit", *credit)
    yield fact("awarded", day(content.awarded))
    yield fact("valid_until", _end(content, lang))
    yield fact("number", escape(content.number))


def _long(content: BadgeContent, lang: Language) -> Iterator[Fact]:
    fact, credit = partial(_fact, lang), _credit(content, lang)
    if len(credit) > _LINES:
        yield fact("credit", _JOIN.join(credit))
    if content.assessed_by:
        yield fact("assessed_by", _line(content.assessed_by))
    if content.results:
        yield fact("assessed_on", *_results(content, lang), language=content.language)
    if content.alignments:
        yield fact("standards", *_standards(content, lang), language=content.language)


def _credit(content: BadgeContent, lang: Language) -> list[Markup]:
    """Return every unit of credit, and the formula between two of them where both amounts agree with it."""
    rows = [
        replace(
            each, jurisdiction=_cut(each.jurisdiction or "", _CELL), category=_cut(each.category or "", _CELL)
        )
        for each in credit_words.by_place(content.credit)
    ]
    formula = credit_words.formula(lang, content.credit)
    return _few([*(credit_words.line(lang, each) for each in rows), *filter(None, [formula])], lang)


def _provider(view: CertificateView, content: BadgeContent, lang: Language) -> Fact:
    """Return the legal name, the other name where it has one, and the address."""
    name, legal = content.issuer.name, view.provider.legal_name
    lines = [_line(legal or name)]
    if legal and legal != name:
        lines.append(saying.say(lang, "certificate.known_as", name=_line(name)))
    lines += [_line(each) for each in (view.provider.address,) if each]
    return _fact(lang, "provider", *lines)


def _numbers(view: CertificateView, lang: Language) -> Fact | None:
    number_of = partial(saying.say, lang, "certificate.number_of")
    numbers = [number_of(state=state, number=_line(number)) for state, number in view.provider.numbers]
    if not numbers:
        return None
    label = "provider_number" if len(numbers) == 1 else "provider_numbers"
    return _fact(lang, label, _JOIN.join(_few(numbers, lang)))


def _official(view: CertificateView, lang: Language) -> Fact | None:
    official = view.provider.official
    return _fact(lang, "official", _line(official)) if official else None


def _results(content: BadgeContent, lang: Language) -> list[Markup]:
    """Return a line for each criterion, or one for all of them where a sheet has no room for so many."""
    result = partial(saying.say, lang, "certificate.result")
    rows = [result(criterion=_line(each.criterion), level=_line(each.level)) for each in content.results]
    few = _few(rows, lang)
    return few if len(few) <= _LINES else [_JOIN.join(few)]


def _standards(content: BadgeContent, lang: Language) -> list[Markup]:
    """Return a line for each framework: its name, then the code and the name of each of its entries."""
    entries: dict[str | None, list[Markup]] = {}
    for each in content.alignments:
        entries.setdefault(each.framework, []).append(_entry(each, lang))
    return _few([_framework(name, rows, lang) for name, rows in entries.items()], lang)


def _entry(alignment: Alignment, lang: Language) -> Markup:
    name = _line(alignment.name)
    return (
        saying.say(lang, "certificate.entry", code=_line(alignment.code), name=name)
        if alignment.code
        else name
    )


def _framework(name: str | None, rows: list[Markup], lang: Language) -> Markup:
    all_of_it = _JOIN.join(_few(rows, lang))
    if name is None:
        return all_of_it
    return saying.say(lang, "certificate.standard", framework=_line(name), entries=all_of_it)


def _fact(lang: Language, key: str, *values: Markup, language: str | None = None) -> Fact:
    return Fact(label=words.phrase(lang, f"certificate.{key}"), values=values, language=language)


def _few(rows: list[Markup], lang: Language) -> list[Markup]:
    """Return as many rows as a sheet has room for, and how many more there are."""
    if len(rows) <= _ROWS:
        return rows
    return [*rows[: _ROWS - 1], saying.say(lang, "certificate.more", count=len(rows) - _ROWS + 1)]


def _end(content: BadgeContent, lang: Language) -> Markup:
    if content.valid_until is None:
        return saying.say(lang, "certificate.no_end")
    return saying.day(lang, content.valid_until)


def _line(text: str) -> Markup:
    """Return what stands on a line among others."""
    return saying.bdi(_cut(text, _LINE))


def _cut(text: str, most: int) -> str:
    """Return a text as one paragraph, cut between words to what a certificate has room for."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    short = line[:most]
    return (short.rpartition(" ")[0] or short).rstrip(",;:.") + "…"
