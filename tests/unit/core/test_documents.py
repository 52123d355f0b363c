import json
from collections.abc import Callable

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core import documents
from issuer.core.documents import Document, DocumentTooLarge, Limits, MalformedDocument

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), JSON, max_size=4))
def test_what_is_written_is_read_back(document: dict[str, object]) -> None:
    assert documents.parse(documents.text(document).encode()) == document


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[1]",
        b"{",
        b'{"a":1}x',
        b'{"a":1,"a":2}',
        b'{"b":{"a":1,"a":1}}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e400}',
        b'{"a":9007199254740993}',
        b'{"a":"\\ud800"}',
        b'{"\\udfff":1}',
        b"\xef\xbb\xbf{}",
        b"\xff",
        b"\xfe\xff\x00{\x00}",
        b"{'a':1}",
        b'{"a":01}',
    ],
)
def test_json_that_two_readers_take_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedDocument):
        documents.parse(raw)


@pytest.mark.parametrize(
    "document",
    [
        {"a": "x" * 65_537},
        {"a": [0] * 501},
        {str(n): n for n in range(5_001)},
        {"a": "x" * 300_000},
    ],
)
def test_what_is_over_a_limit_is_refused(document: dict[str, object]) -> None:
    with pytest.raises((DocumentTooLarge, MalformedDocument)):
        documents.parse(json.dumps(document).encode())


@pytest.mark.parametrize("depth", [33, 1_000, 100_000])
def test_deep_nesting_is_refused_without_a_fall(depth: int) -> None:
    with pytest.raises((DocumentTooLarge, MalformedDocument)):
        documents.parse(b'{"a":' + b"[" * depth + b"]" * depth + b"}")


def test_a_fault_is_pointed_at() -> None:
    with pytest.raises(MalformedDocument) as refused:
        documents.parse(json.dumps({"a": [{"b/c": ["x"] * 501}]}).encode())

    assert refused.value.faults[0].pointer == "/a/0/b~1c"


def test_yaml_is_held_to_the_same_rules() -> None:
    found = documents.parse_yaml(b"name: A\nwhen: 2026-06-12\nlist: [1, 2.5]\n")

    assert found == {"name": "A", "when": "2026-06-12", "list": [1, 2.5]}


@pytest.mark.parametrize(
    "raw",
    [
        b"a: &x 1\nb: *x\n",
        b"a: 1\na: 2\n",
        b"- 1\n",
        b"!!python/object:os.system {}",
        b"a: !!binary aGk=",
        b"a: .nan",
        b"1: x",
        b"a: b: c",
    ],
)
def test_yaml_beyond_json_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedDocument):
        documents.parse_yaml(raw)


def test_the_limits_can_be_those_of_a_status_list() -> None:
    raw = json.dumps({"encodedList": "u" * 200_000}).encode()

    assert documents.parse(raw, documents.STATUS_LIST_LIMITS)
    with pytest.raises(MalformedDocument):
        documents.parse(raw, Limits(size=300_000))


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**400], ids=["least", "negative", "huge"])
def test_an_integer_without_a_canonical_form_is_refused_in_json_and_in_yaml(number: int) -> None:
    with pytest.raises(MalformedDocument):
        documents.parse(b'{"a":%d}' % number)
    with pytest.raises(MalformedDocument):
        documents.parse_yaml(b"a: %d" % number)


@settings(max_examples=2_000)
@given(
    st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(1e-7, 1e-3)
    | st.floats(1e13, 1e17)
    | st.decimals(-1_000, 1_000, places=3).map(float)
)
def test_fractions_are_written_as_the_standard_has_them(number: float) -> None:
    assert documents.canonical_bytes({"a": number}) == rfc8785.dumps({"a": number})


def test_the_largest_integers_have_a_canonical_form() -> None:
    found = documents.parse(b'{"a":9007199254740991,"b":-9007199254740991}')

    assert documents.canonical_bytes(found) == b'{"a":9007199254740991,"b":-9007199254740991}'


@pytest.mark.parametrize(
    "raw",
    [
        b"a: !!timestamp 2026-13-45",
        b"a: !!timestamp never",
        b"a: !!int many",
        b"a: !!float much",
        b"a: !!bool maybe",
        b"a: " + b"9" * 5_000,
        b"a: !!set {x, y}",
        b"? [a]\n: 1",
        b"a: 1\n---\nb: 1",
        b"\xef\xbb\xbfa: 1",
        b"a: \x00",
        b"",
        b"a: " + b"[" * 3_000 + b"]" * 3_000,
    ],
    ids=range(13),
)
def test_a_tag_that_does_not_fit_its_value_is_a_fault_of_the_text_and_not_ours(raw: bytes) -> None:
    with pytest.raises((MalformedDocument, DocumentTooLarge)):
        documents.parse_yaml(raw)


@given(st.binary(max_size=60))
def test_no_bytes_whatsoever_break_a_reader(raw: bytes) -> None:
    for read in (documents.parse, documents.parse_yaml):
        try:
            found = read(raw)
        except (MalformedDocument, DocumentTooLarge):
            continue
        assert documents.canonical_bytes(found)


@given(st.lists(st.text(max_size=5) | st.integers(0, 9), max_size=4))
def test_a_pointer_can_be_taken_apart_again(parts: list[str | int]) -> None:
    tokens = documents.pointer(*parts).split("/")[1:]

    assert [token.replace("~1", "/").replace("~0", "~") for token in tokens] == [str(part) for part in parts]


LIMITS = Limits(size=10_000, depth=3, members=12, string=60, array=3)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from(["", "a", "\N{GRINNING FACE}", "x" * 30, "x" * 61]),
    lambda inside: (
        st.lists(inside, max_size=5) | st.dictionaries(st.sampled_from("abcdef"), inside, max_size=4)
    ),
    max_leaves=14,
)


def is_within(document: object, limits: Limits) -> bool:
    """Say so from what the limits mean, however slowly."""
    places = list(documents.walk(document))
    return (
        len(places) <= limits.members + 1
        and max(len(path) for path, _ in places) <= limits.depth
        and all(len(each) <= limits.array for _, each in places if isinstance(each, list))
        and all(len(each) <= limits.string for _, each in places if isinstance(each, str))
    )


@given(
    st.dictionaries(st.sampled_from("abc"), VALUES, max_size=4), st.sampled_from([json.dumps, documents.text])
)
def test_a_document_is_read_if_and_only_if_it_is_within_the_limits(
    document: dict[str, object], write: Callable[[dict[str, object]], str]
) -> None:
    raw = write(document).encode()
    whole = json.loads(json.dumps(document))

    try:
        found = documents.parse(raw, LIMITS)
    except (DocumentTooLarge, MalformedDocument):
        found = None

    assert (found == whole) is is_within(whole, LIMITS)


@pytest.mark.parametrize("half", ["\\ud800", "\\uDFFF", "\\uDbFf x", "\\udc00\\ud800"])
def test_half_of_a_surrogate_pair_is_refused_wherever_it_stands(half: str) -> None:
    for raw in (f'{{"a":"{half}"}}', f'{{"{half}":1}}', f'{{"a":[{{"b":"{half}"}}]}}'):
        with pytest.raises(MalformedDocument, match="surrogate"):
            documents.parse(raw.encode())


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), ANY, max_size=6))
@settings(deadline=None, max_examples=400)
def test_the_canonical_form_is_that_of_rfc_8785_whoever_writes_it(document: Document) -> None:
    try:
        expected = rfc8785.dumps(document)
    except rfc8785.CanonicalizationError:
        with pytest.raises(rfc8785.CanonicalizationError):
            documents.canonical_bytes(document)
    else:
        assert documents.canonical_bytes(document) == expected
