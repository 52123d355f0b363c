"""The letter by which a holder hears of a new badge, in plain text and in HTML."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["en", "es"]


@dataclass(frozen=True)
class Letter:
    """What a letter says, and to whom. `id` is the same at each attempt, so that a mailbox shows one."""

    id: str
    to: str
    language: Language
    issuer: str
    badge: str
    holder_url: str
    stop_url: str
    days: int


_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "subject": "Your badge: {badge}",
        "lead": "{issuer} awarded you the badge {badge}.",
        "open": "See it, share it, or keep a copy:",
        "button": "Open your badges",
        "private": "This link is yours alone, and works for {days} days. Do not pass it on: from the page it"
        " opens, share the badge itself.",
        "stop": "No more of these messages:",
    },
    "es": {
        "subject": "Su insignia: {badge}",
        "lead": "{issuer} le ha otorgado la insignia {badge}.",
        "open": "Véala, compártala o guarde una copia:",
        "button": "Abrir sus insignias",
        "private": "Este enlace es solo para usted y funciona durante {days} días. No lo reenvíe: desde la"
        " página que abre puede compartir la insignia misma.",
        "stop": "No recibir más mensajes como este:",
    },
}

_HTML: Final = """\
<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{subject}</title></head>
<body style="font:16px/1.5 sans-serif;max-width:34em;margin:2em auto;padding:0 1em">
<p>{lead}</p>
<p>{open}</p>
<p><a href="{holder_url}">{button}</a></p>
<p>{private}</p>
<p><small>{stop} <a href="{stop_url}">{stop_url}</a></small></p>
</body></html>
"""


def message(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """Return the message (RFC 5322). A mail program offers to stop them with one click (RFC 8058).

    Raises `ValueError`, or `MessageError` of the same library, for an address that no message can carry.
    """
    words = _said(letter)
    made = EmailMessage(SMTP)
    made["From"] = sender
    made["To"] = Address(addr_spec=letter.to)
    made["Subject"] = " ".join(words["subject"].split())
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2].rstrip('> ')}>"
    made["Auto-Submitted"] = "auto-generated"
    made["List-Unsubscribe"] = f"<{letter.stop_url}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["Content-Language"] = letter.language
    made.set_content(_plain(words, letter))
    made.add_alternative(_html(words, letter), subtype="html")
    return made


def _said(letter: Letter) -> dict[str, str]:
    given = {"badge": letter.badge, "issuer": letter.issuer, "days": letter.days}
    return {key: text.format(**given) for key, text in _WORDS[letter.language].items()}


def _plain(words: dict[str, str], letter: Letter) -> str:
    parts = (
        words["lead"],
        f"{words['open']}\n{letter.holder_url}",
        words["private"],
        f"{words['stop']}\n{letter.stop_url}",
    )
    return "\n\n".join(parts) + "\n"


def _html(words: dict[str, str], letter: Letter) -> str:
    addresses = {"holder_url": letter.holder_url, "stop_url": letter.stop_url}
    said = {key: escape(text) for key, text in (words | addresses).items()}
    return _HTML.format(lang=letter.language, **said)
