"""What a letter to a holder says, whatever names are put into it."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.exchange import letters
from issuer.core.exchange.letters import Letter

NOW = datetime(2026, 6, 12, 19, 3, 50, tzinfo=UTC)
LETTER = Letter(
    id="0190b5c2-7d1e-7c3a-9f00-2b6f3e1d4c5a",
    to="teacher@alder.example",
    language="es",
    issuer="Distrito de Alder",
    badge="Retroalimentación",
    holder_url="https://badges.example.org/h/abc",
    stop_url="https://badges.example.org/mail/def",
    days=30,
)


def sent(letter: Letter) -> tuple[dict[str, str], str, str]:
    """Return the headers, the text and the HTML of a letter as a mail program reads them."""
    read = message_from_bytes(
        bytes(letters.message(letter, "Alder <badges@alder.example>", NOW)), policy=SMTP
    )
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert html is not None
    return dict(read.items()), plain.get_content(), html.get_content()


def test_a_letter_is_the_same_at_each_attempt_and_says_that_no_person_wrote_it() -> None:
    headers, plain, _ = sent(LETTER)

    assert headers["Message-ID"] == f"<{LETTER.id}@alder.example>"
    assert headers["Date"] == "Fri, 12 Jun 2026 19:03:50 +0000"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Subject"] == "Su insignia: Retroalimentación"
    assert LETTER.stop_url in plain


def test_names_are_no_html() -> None:
    _, _, html = sent(replace(LETTER, badge="<b>&", issuer='"><script>'))

    assert "<b>" not in html
    assert "<script>" not in html


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\r\n"), min_size=1))
def test_no_name_adds_a_header(name: str) -> None:
    headers, _, html = sent(replace(LETTER, badge=name))

    assert set(headers) == {*sent(LETTER)[0]}
    assert headers["To"] == LETTER.to
    assert LETTER.holder_url in html


@pytest.mark.parametrize("address", ["nobody", "a@b\r\nBcc: c@d", "a@b, c@d"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises((ValueError, MessageError)):
        letters.message(replace(LETTER, to=address), "badges@alder.example", NOW)
