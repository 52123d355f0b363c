"""The parts of a form, bounded while it is read, and never written to disk."""

from collections.abc import AsyncGenerator

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from issuer.core.documents import DocumentTooLarge
from issuer.errors import Invalid


class UnreadableForm(Invalid):
    """The body is not a form that can be parsed."""

    code = "unreadable-form"


async def bounded(request: Request, limit: int) -> bytes:
    """Return the body, reading no further than the limit allows, or raise `DocumentTooLarge`."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise DocumentTooLarge(f"the body has more than {limit} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


async def parts(request: Request, limit: int) -> tuple[dict[str, str], bytes]:
    """Return the text fields of a form, trimmed, and its one file, or raise `UnreadableForm`."""
    raw = await bounded(request, limit)
    try:
        return await _parsed(request, raw, limit)
    except (MultiPartException, FormParserError) as error:
        raise UnreadableForm("the form cannot be parsed") from error


async def _parsed(request: Request, raw: bytes, limit: int) -> tuple[dict[str, str], bytes]:
    parser = MultiPartParser(request.headers, _once(raw), max_files=1, max_fields=8, max_part_size=limit)
    parser.spool_max_size = limit  # in memory: what a person sends to be checked is not written to disk
    form = await parser.parse()
    try:
        fields = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
        files = [value for value in form.values() if isinstance(value, UploadFile)]
        return fields, await files[0].read() if files else b""
    finally:
        await form.close()


async def _once(raw: bytes) -> AsyncGenerator[bytes, None]:
    yield raw
    yield b""
