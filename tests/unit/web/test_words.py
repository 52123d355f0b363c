"""The words of the interface, its dates, and the choice between its languages."""

from datetime import UTC, datetime, timedelta, timezone
from string import Formatter
from typing import get_args

import pytest

from issuer.core.awarding import vocabulary
from issuer.web.pages import dates, render, words
from issuer.web.pages.views import Outcome, Reason
from issuer.web.pages.words import Language
from tests.unit.web import samples


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(words.phrases("en")) == list(words.phrases("es"))


def test_both_languages_have_the_same_placeholders() -> None:
    english, spanish = words.phrases("en"), words.phrases("es")

    differing = [key for key in english if placeholders(english[key]) != placeholders(spanish[key])]
    assert not differing


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_phrase_is_empty(lang: Language) -> None:
    assert all(text.strip() == text != "" for text in words.phrases(lang).values())


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_missing_key_is_an_error(lang: Language) -> None:
    with pytest.raises(words.UnknownWord, match=r"headline\.perfect"):
        words.phrase(lang, "headline.perfect")


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_state_outcome_reason_and_kind_has_words(lang: Language) -> None:
    wanted = [
        *(f"headline.{state}" for state in samples.STATES),
        *(f"body.{state}" for state in samples.STATES),
        *(f"outcome.{outcome}" for outcome in get_args(Outcome)),
        *(f"reason.{reason}" for reason in get_args(Reason)),
        *(f"kind.{kind}" for kind in vocabulary.ACHIEVEMENT_TYPES),
    ]

    assert not [key for key in wanted if key not in words.phrases(lang)]


def test_a_kind_of_a_programmes_own_is_a_badge() -> None:
    assert words.kind("en", "MicroCredential") == "Micro-credential"
    assert words.kind("es", "ext:Something") == "Insignia"


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        (None, None, "en"),
        ("es", "en-US", "es"),
        ("ES", None, "es"),
        ("fr", "es-MX,es;q=0.9,en;q=0.8", "es"),
        (None, "fr-FR, en;q=0.3, es;q=0.7", "es"),
        (None, "en;q=0, es;q=0.1", "es"),
        (None, "es;q=0", "en"),
        (None, "es;q=oops, en;q=0.1", "en"),
        (None, "fr, *", "en"),
        (None, ";;,,q=", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_preferred(
    query: str | None, header: str | None, expected: Language
) -> None:
    assert render.language(query, header) == expected


def test_days_are_written_out() -> None:
    when = datetime(2026, 6, 12, tzinfo=UTC)

    assert dates.day("en", when) == "June 12, 2026"
    assert dates.day("es", when) == "12 de junio de 2026"


def test_moments_name_their_zone() -> None:
    eastern = timezone(timedelta(hours=-4), "EDT")

    assert dates.moment("en", datetime(2026, 6, 12, 0, 5, tzinfo=UTC)) == "June 12, 2026, 12:05 AM UTC"
    assert dates.moment("en", datetime(2026, 6, 12, 12, 5, tzinfo=eastern)) == "June 12, 2026, 12:05 PM EDT"
    assert dates.moment("es", datetime(2026, 6, 12, 14, 5, tzinfo=UTC)) == "12 de junio de 2026, 14:05 UTC"


def test_a_day_in_a_page_carries_its_offset_for_programs() -> None:
    assert '<time datetime="2026-06-12T12:00:00+00:00">June 12, 2026</time>' in render.badge(
        samples.badge(), "en"
    )


@pytest.mark.parametrize(
    ("valid_for", "ends_on", "english", "spanish"),
    [
        ("P1Y", None, "1 year", "1 año"),
        ("P5Y", "06-30", "5 years, then until the next June 30",
         "5 años y después hasta el siguiente 30 de junio"),
        ("P1Y6M", None, "1 year and 6 months", "1 año y 6 meses"),
        ("P1Y2M3W1D", None, "1 year, 2 months, 3 weeks and 1 day", "1 año, 2 meses, 3 semanas y 1 día"),
        (None, None, "It does not expire.", "No vence."),
    ],
)  # fmt: skip
def test_spans_are_written_out(
    valid_for: str | None, ends_on: str | None, english: str, spanish: str
) -> None:
    assert dates.lasting("en", valid_for, ends_on) == english
    assert dates.lasting("es", valid_for, ends_on) == spanish


@pytest.mark.parametrize("text", ["5 years", "P", "PT5H", ""])
def test_what_is_not_a_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        dates.lasting("en", text, None)
