"""Letters to holders, through a real mail server: in both forms, stopped with one click, wanted or not."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from issuer import worker
from issuer.core.intake.person_ref import PersonRef
from issuer.db.letter_tables import Letter
from issuer.net.mailing import Mailer, NotMailed
from issuer.services import letters as service
from issuer.services import tenants
from issuer.services.after_award import erase, merge
from issuer.settings import Settings
from tests.support import server
from tests.support.mailbox import Mailbox, receiving
from tests.support.world import World

TO = "teacher@alder.example"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with receiving() as found:
        yield found


@pytest.fixture
def here(alder: World, mailbox: Mailbox) -> World:
    """Alder, whose operator wants letters."""
    return writing(alder, mailbox.url)


def writing(world: World, url: str) -> World:
    settings = world.context.settings.model_copy(update={"mail_from": "Alder <badges@alder.example>"})
    return replace(world, context=replace(world.context, settings=settings, mail=Mailer(url).send))


def award(world: World, address: str = TO) -> None:
    world.issue(recipient={"email": address, "name": "Example Teacher"})


def letters(world: World) -> list[Letter]:
    with world.context.database.read() as session:
        return list(session.scalars(select(Letter).order_by(Letter.message_id)))


def plain(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link(letter: EmailMessage, kind: str) -> str:
    found = re.search(rf"https://badges\.example\.org/{kind}/\w+", plain(letter))
    assert found
    return found[0].removeprefix("https://badges.example.org")


def test_a_holder_hears_of_a_badge_in_both_forms_with_a_link_and_one_click_to_stop(
    here: World, mailbox: Mailbox
) -> None:
    award(here)

    worker.run_once(here.context)
    worker.run_once(here.context)

    [letter] = mailbox.letters
    page = letter.get_body(("html",))
    assert page is not None
    assert (letter["To"], letter["From"]) == (TO, "Alder <badges@alder.example>")
    assert letter["Subject"] == "Your badge: Feedback that Moves Learning"
    assert letter["List-Unsubscribe"] == f"<https://badges.example.org{link(letter, 'mail')}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link(letter, "h") in page.get_content()
    assert 'lang="en"' in page.get_content()
    assert letters(here)[0].sent_at is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_link_opens_the_badges_and_the_stop_is_asked_for_before_it_is_done(
    here: World, mailbox: Mailbox
) -> None:
    award(here)
    worker.run_once(here.context)
    opened, stop = (link(mailbox.letters[0], kind) for kind in ("h", "mail"))

    with server.serving(here.context) as http:
        assert "Feedback that Moves Learning" in http.get(opened).text
        asked = http.get(stop)
        here.publish("MC-TWO")
        here.issue(achievement="MC-TWO", recipient={"email": TO})
        worker.run_once(here.context)
        done = http.post(stop, data={"List-Unsubscribe": "One-Click"})
        in_spanish = http.get(stop, params={"lang": "es"})
        wrong = http.post(opened.replace("/h/", "/mail/"), headers={"accept": "text/html"})

    assert "<form" in asked.text
    assert len(mailbox.letters) == 2
    assert (done.status_code, wrong.status_code) == (200, 404)
    assert "no more of these" in done.text
    assert "No recibir más correos" in in_spanish.text
    here.publish("MC-THREE")
    here.issue(achievement="MC-THREE", recipient={"email": TO})
    worker.run_once(here.context)
    assert len(mailbox.letters) == 2
    assert letters(here)[2].dead_at is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_letter_is_in_the_language_of_its_issuer(here: World, mailbox: Mailbox) -> None:
    tenants.present(here.context, here.tenant.id, {"language": "es"})
    award(here)

    worker.run_once(here.context)

    assert mailbox.letters[0]["Subject"] == "Su insignia: Feedback that Moves Learning"
    assert "le ha otorgado" in plain(mailbox.letters[0])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wanted_later_is_sent_later_and_what_is_refused_is_not_sent_again(
    here: World, mailbox: Mailbox
) -> None:
    mailbox.answers = ["451 later", "550 nobody here"]
    award(here)
    award(here, "nobody@alder.example")
    worker.run_once(here.context)
    here.clock.move(seconds=6)
    worker.run_once(here.context)

    first, second = letters(here)
    assert (first.attempts, first.error, len(mailbox.letters)) == (2, None, 1)
    assert (second.attempts, second.error) == (1, "the mail server refused it (550)")
    assert second.dead_at is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_letters_wait_for_a_server_that_is_away(alder: World) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    here = writing(alder, f"smtp://127.0.0.1:{port}")
    award(here)

    worker.run_once(here.context)

    [found] = letters(here)
    assert (found.attempts, found.error, found.dead_at) == (1, "the mail server does not answer as one", None)


def test_nobody_who_was_erased_is_written_to_and_one_who_was_joined_stays_stopped(
    here: World, mailbox: Mailbox
) -> None:
    award(here)
    worker.run_once(here.context)
    stop = link(mailbox.letters[0], "mail").removeprefix("/mail/")
    service.stop_all(here.context, stop, "https://badges.example.org")
    award(here, "same@alder.example")
    award(here, "gone@alder.example")
    merge.merge(
        here.context, here.client, PersonRef(email=TO), PersonRef(email="same@alder.example"), request_id="r"
    )
    erase.erase(here.context, here.client, PersonRef(email="gone@alder.example"), request_id="r")

    worker.run_once(here.context)

    assert len(mailbox.letters) == 1
    assert {each.error for each in letters(here)[1:]} == {"it is not wanted, or there is no address"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_gets_a_letter_unless_the_operator_wants_it(alder: World) -> None:
    award(alder)

    worker.run_once(alder.context)

    assert letters(alder) == []


def test_a_server_elsewhere_is_not_told_anything_without_tls(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuer.net.mailing.LOOPBACK_HOSTS", frozenset())
    letter = EmailMessage()
    letter["To"], letter["From"] = TO, "badges@alder.example"

    with pytest.raises(NotMailed, match="no TLS"):
        Mailer(mailbox.url).send(letter)

    assert mailbox.receivers == []


@pytest.mark.parametrize(
    "chosen",
    [
        {"smtp_url": "smtp://mail.example.org"},
        {"mail_from": "badges@alder.example"},
        {"smtp_url": "https://mail.example.org", "mail_from": "badges@alder.example"},
        {"smtp_url": "smtp://mail.example.org", "mail_from": "badges\r\nBcc: all@alder.example"},
    ],
)
def test_mail_settings_that_make_no_sense_stop_the_start(chosen: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Settings(**chosen)  # type: ignore[arg-type]
