"""`issuer bake` and `issuer unbake`: a badge into a picture or out of it, without database or settings."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from issuer.core import documents
from issuer.core.baking import container
from issuer.core.credentials.rules import types_of
from issuer.core.verifying import opening
from issuer.errors import Conflict, Invalid

_MAX_BYTES: Final = 2_000_000
_STREAM: Final = "-"

Out = Annotated[
    str | None, typer.Option("--out", help="Where to write it; - is standard output.", metavar="FILE")
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file that is there.")]


class NotSealed(Invalid):
    """The file is not one credential with its seal, so that a picture with it would be worthless."""

    code = "not-sealed"


class AlreadyThere(Conflict):
    """There is a file where one should be written."""

    code = "already-there"


class OneInput(Invalid):
    """Two things were to be read from standard input, where one can be."""

    code = "one-input"


def bake(
    picture: Annotated[
        str, typer.Argument(help="A PNG or SVG file; - is standard input.", metavar="PICTURE")
    ],
    credential: Annotated[
        str,
        typer.Argument(
            help="The signed badge: JSON, a JWT, or a picture that carries one.", metavar="CREDENTIAL"
        ),
    ],
    *,
    out: Out = None,
    force: Force = False,
) -> None:
    """Put a signed badge into a PNG or SVG picture.

    For example `issuer bake owl.png badge.json` makes owl-badge.png beside owl.png, and prints its name.

    What is drawn stays as it is, and a badge that was in the picture before is replaced.

    Exit code 0: written. 1: refused, and nothing was written. 2: the command was not understood.
    """
    if picture == credential == _STREAM:
        raise OneInput("only one of picture and credential can come from standard input: name a file")
    baked = container.bake(_read(picture), _sealed(_read(credential)))
    place = out or _beside(picture)
    _write(baked, place, force=force)
    if place != _STREAM:
        typer.echo(place)


def unbake(
    file: Annotated[str, typer.Argument(help="A badge's picture; - is standard input.", metavar="FILE")],
    *,
    out: Out = None,
    force: Force = False,
) -> None:
    """Print the badge that a picture carries, as it stands in it.

    For example `issuer unbake owl-badge.png --out badge.json`. Nothing is checked: `issuer verify` does that.

    Exit code 0: printed. 1: there is no badge in it. 2: the command was not understood.
    """
    text = container.unwrap(_read(file))
    _write(text.encode(), out or _STREAM, force=force)


def _read(source: str) -> bytes:
    """Return a file's bytes, and of a file over the limit one byte more, by which it is refused."""
    if source == _STREAM:
        return sys.stdin.buffer.read(_MAX_BYTES + 1)
    with Path(source).open("rb") as file:
        return file.read(_MAX_BYTES + 1)


def _sealed(raw: bytes) -> str:
    """Return the text of a credential with a proof. The seal is not checked."""
    text = container.unwrap(raw)
    found = opening.opened_text(text)
    if found.envelope is not None:
        return found.envelope.text
    if found.document != documents.parse(text.encode()):
        raise NotSealed("the file wraps a credential: take it out, and bake the credential alone")
    if "VerifiableCredential" not in types_of(found.document):
        raise NotSealed("the file is not a credential: give the badge as JSON or as a JWT")
    if "proof" not in found.document:
        raise NotSealed("the credential has no proof: sign it first, a picture seals nothing")
    return text


def _beside(picture: str) -> str:
    if picture == _STREAM:
        return _STREAM
    path = Path(picture)
    return str(path.with_name(f"{path.stem}-badge{path.suffix}"))


def _write(content: bytes, place: str, *, force: bool) -> None:
    if place == _STREAM:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        with Path(place).open("wb" if force else "xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise AlreadyThere(
            f"{place} is already there: name another file with --out, or add --force"
        ) from error
