"""JSON and YAML text into documents, refusing what two readers could understand differently."""

import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

import orjson
import rfc8785
import yaml
from typing_extensions import TypeIs, override

from issuer.errors import Fault, Invalid

Document: TypeAlias = dict[str, Any]
"""A JSON object as parsed: the JSON boundary itself, and the only place where `Any` is at home."""

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 7493 section 2.2), and RFC 8785 writes."""

MEGABYTE = 1_000_000

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_LEAST, _MOST = 1e-5, 1e15
_PLAIN = frozenset({str, bool, type(None)})
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class Limits:
    """How large a document may be. Sizes are in bytes, lengths in characters."""

    size: int = 256_000
    depth: int = 32
    members: int = 5_000
    string: int = 65_536
    array: int = 500


DEFAULT_LIMITS = Limits()
STATUS_LIST_LIMITS = Limits(size=MEGABYTE, members=50_000, string=MEGABYTE, array=10_000)


class MalformedDocument(Invalid):
    """The text is not one JSON object that every reader understands alike."""

    code = "malformed-document"


class DocumentTooLarge(Invalid):
    """The document is over one of the limits."""

    code = "document-too-large"


def parse(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Return the JSON object in `raw`, or raise `MalformedDocument` or `DocumentTooLarge`.

    Duplicate keys, NaN, numbers that lose digits, lone surrogates and anything but UTF-8 are refused
    (RFC 8259 section 4 and 8, RFC 7493).
    """
    if len(raw) > limits.size:
        raise DocumentTooLarge(f"the document has more than {limits.size} bytes")
    decoded = _decode(raw)
    value = _loads(decoded)
    return value if _is_sound(value, decoded, limits) else _checked(value, limits)


def parse_yaml(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Return the mapping in one YAML 1.1 document, held to the same rules as JSON. No aliases."""
    if len(raw) > limits.size:
        raise DocumentTooLarge(f"the document has more than {limits.size} bytes")
    try:
        value = yaml.load(_decode(raw), Loader=_PlainLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError) as error:
        raise MalformedDocument(f"the text is not plain YAML: {_one_line(error)}") from error
    return _checked(value, limits)


def canonical_bytes(document: Document) -> bytes:
    """Return the RFC 8785 form: equal for equal documents, whatever their spacing and order."""
    if _is_written_alike(document):
        with suppress(TypeError):  # the other one says what is wrong
            return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return rfc8785.dumps(document)


def text(document: Document) -> str:
    """Return the JSON text that is stored and served, without spare white space."""
    return _ENCODER.encode(document)


def number(value: float) -> float:
    """Return a whole number as an integer: `15` and `15.0` are signed differently by JSON-LD readers."""
    return int(value) if float(value).is_integer() else value


def pointer(*parts: str | int) -> str:
    """Return the JSON Pointer to a place (RFC 6901 section 3)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


Path: TypeAlias = tuple[str | int, ...]


def walk(value: object) -> Iterator[tuple[Path, object]]:
    """Yield every value below and including `value` with its path, parents first."""
    pending: list[tuple[Path, object]] = [((), value)]
    while pending:
        place, item = pending.pop()
        yield place, item
        if isinstance(item, dict):
            pending += [((*place, name), member) for name, member in item.items()]
        elif isinstance(item, list):
            pending += [((*place, index), member) for index, member in enumerate(item)]


def values(whole: object) -> list[object]:
    """Return a value and all below it, parents first: what `walk` yields, at a tenth of its cost."""
    found = [whole]
    for value in found:
        if isinstance(value, dict):
            found += value.values()
        elif isinstance(value, list):
            found += value
    return found


def _is_written_alike(value: object) -> bool:
    """Return whether orjson writes a value as RFC 8785 does, or not at all.

    Names that are not ASCII, and fractions that need an exponent, it orders and writes in its own way.
    """
    kind = type(value)
    if kind is dict:
        return all(name.isascii() and _is_written_alike(each) for name, each in value.items())  # type: ignore[attr-defined]
    if kind is list:
        return all(map(_is_written_alike, value))  # type: ignore[call-overload]
    if kind is float:
        return not value.is_integer() and _LEAST <= abs(value) < _MOST  # type: ignore[attr-defined, arg-type]
    return kind in _PLAIN or (kind is int and abs(value) <= MAX_INTEGER)  # type: ignore[arg-type]


def _decode(raw: bytes) -> str:
    try:
        decoded = raw.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise MalformedDocument(f"byte {error.start} is not UTF-8") from error
    if decoded.startswith("\ufeff"):
        raise MalformedDocument("the text begins with a byte order mark")
    return decoded


def _loads(decoded: str) -> object:
    try:
        return _DECODER.decode(decoded)
    except RecursionError as error:
        raise DocumentTooLarge("the document is nested too deeply") from error
    except json.JSONDecodeError as error:
        detail = f"the text is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise MalformedDocument(detail) from error


def _unique(pairs: list[tuple[str, object]]) -> Document:
    document = dict(pairs)
    if len(document) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedDocument(f"the member {twice!r} stands twice in one object")
    return document


def _refuse_constant(constant: str) -> NoReturn:
    raise MalformedDocument(f"{constant} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise MalformedDocument(f"the number {digits[:40]} is too large")
    return number


def _exact(digits: str) -> int:
    if len(digits) > len(str(MAX_INTEGER)) + 1 or abs(int(digits)) > MAX_INTEGER:
        raise MalformedDocument(f"the number {digits[:40]} has more digits than JSON readers keep")
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_exact
)


def _is_sound(value: object, decoded: str, limits: Limits) -> TypeIs[Document]:
    """Return whether what was read is surely without fault, as nearly everything is: else `_checked` says.

    Numbers were looked at as they were read. No text is longer than the whole, and half of a surrogate pair
    can only stand in UTF-8 as an escape.
    """
    if not isinstance(value, dict) or len(decoded) > limits.string:
        return False
    return _is_small(value, limits) and not ("\\u" in decoded and _ESCAPED_SURROGATE.search(decoded))


def _is_small(document: Document, limits: Limits) -> bool:
    """Return whether a document is surely not too large, level by level: paths take ten times as long."""
    level: list[object] = [document]
    count = 0
    for _ in range(limits.depth + 1):
        count += len(level)
        below: list[object] = []
        for item in level:
            if type(item) is dict:
                below += item.values()
            elif type(item) is list:
                if len(item) > limits.array:
                    return False
                below += item
        if not below:
            return count <= limits.members
        level = below
    return False


def _checked(value: object, limits: Limits) -> Document:
    if not isinstance(value, dict):
        raise MalformedDocument("the document is not an object")
    for count, (path, item) in enumerate(walk(value)):
        if count > limits.members:
            raise DocumentTooLarge(f"the document has more than {limits.members} values")
        if len(path) > limits.depth:
            raise DocumentTooLarge(f"the document is nested more than {limits.depth} levels deep")
        for fault in _faults(item, limits):
            raise MalformedDocument(fault, [Fault(pointer(*path), fault)])
    return value


def _faults(item: object, limits: Limits) -> Iterator[str]:
    if isinstance(item, dict):
        for name in item:
            if not isinstance(name, str):
                yield "a member's name is not text"
            else:
                yield from _text_faults(name, limits)
    elif isinstance(item, list) and len(item) > limits.array:
        yield f"the array has more than {limits.array} items"
    elif isinstance(item, str):
        yield from _text_faults(item, limits)
    elif isinstance(item, int | float):
        yield from _number_faults(item)
    elif item is not None and not isinstance(item, list):
        yield "the value is not JSON: put dates and the like in quotes"


def _number_faults(value: float) -> Iterator[str]:
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            yield "the number has more digits than JSON readers keep"
    elif not math.isfinite(value):
        yield "the number is not finite"


def _text_faults(value: str, limits: Limits) -> Iterator[str]:
    if len(value) > limits.string:
        yield f"the text has more than {limits.string} characters"
    if _SURROGATE.search(value):
        yield "the text holds half of a surrogate pair"


class _PlainLoader(yaml.SafeLoader):
    """YAML that maps onto JSON: no aliases, no duplicate keys, and dates stay text."""

    @override
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not accepted")
        return super().compose_node(parent, index)

    @override
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [getattr(key, "value", None) for key, _ in node.value]
        if len(set(map(str, keys))) != len(keys):
            raise yaml.YAMLError(f"a key stands twice at line {node.start_mark.line + 1}")
        return super().construct_mapping(node, deep=deep)


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
