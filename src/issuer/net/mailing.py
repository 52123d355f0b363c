"""Hand letters to the operator's mail server (RFC 5321), under TLS unless it is on this machine."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from issuer.errors import Invalid, Unavailable
from issuer.net.targets import LOOPBACK_HOSTS

_SECONDS: Final = 15.0
_PERMANENT: Final = 500
_PORTS: Final = {"smtp": 587, "smtps": 465}


class NotMailed(Unavailable):
    """The mail server could not be had, or wants it later."""

    code = "not-mailed"


class MailRefused(Invalid):
    """The mail server refused a letter for good."""

    code = "mail-refused"


@dataclass(frozen=True)
class Mailer:
    """A mail server. Its address has the user and password, and is never shown."""

    url: str = field(repr=False)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, letter: EmailMessage) -> None:
        """Hand a letter over, or raise `NotMailed` or `MailRefused`. No message names its receiver."""
        try:
            with self._connected() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(max(code for code, _ in error.recipients.values())) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code) from error
        except smtplib.SMTPNotSupportedError as error:
            raise NotMailed(
                "the mail server offers no TLS, no sign-in, or no addresses beyond ASCII"
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotMailed("the mail server does not answer as one") from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        place = urlsplit(self.url)
        host, port = place.hostname or "", place.port or _PORTS[place.scheme]
        with self._greeted(place.scheme, host, port) as server:
            if place.scheme == "smtp" and host not in LOOPBACK_HOSTS:
                server.starttls(context=self.tls)
            if place.username:
                server.login(unquote(place.username), unquote(place.password or ""))
            yield server

    def _greeted(self, scheme: str, host: str, port: int) -> smtplib.SMTP:
        if scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=self.tls)
        return smtplib.SMTP(host, port, timeout=_SECONDS)


def _refused(code: int) -> NotMailed | MailRefused:
    if code >= _PERMANENT:
        return MailRefused(f"the mail server refused it ({code})")
    return NotMailed(f"the mail server wants it later ({code})")
