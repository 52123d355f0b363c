"""A mail server (RFC 5321) in a thread, which keeps what it is handed and answers as it is told."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from typing_extensions import override


@dataclass
class Mailbox:
    """Where letters arrive. `answers` are given to the receivers that are named, in turn, then 250."""

    url: str
    answers: list[str] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    letters: list[EmailMessage] = field(default_factory=list)


@contextmanager
def receiving() -> Iterator[Mailbox]:
    """Yield a mail server on this machine."""

    class Handler(socketserver.StreamRequestHandler):
        @override
        def handle(self) -> None:
            self.say("220 mailbox.test")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"RCPT":
                    answer = found.answers.pop(0) if found.answers else "250 ok"
                    found.receivers.append(line.decode().strip())
                    self.say(answer)
                elif verb == b"DATA":
                    self.say("354 go on")
                    self.keep()
                    self.say("250 kept")
                else:
                    self.say("221 bye" if verb == b"QUIT" else "250 ok")

        def say(self, answer: str) -> None:
            self.wfile.write(answer.encode() + b"\r\n")

        def keep(self) -> None:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            found.letters.append(message_from_bytes(b"".join(lines), policy=SMTP))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        found = Mailbox(f"smtp://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
