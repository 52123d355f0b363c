import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.baking.ascii_json import ascii_json
from tests.support import badges

TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from('{}<>&"\\]/\u2028\U0001f600'), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=5)
TEXTS = st.builds(json.dumps, OBJECTS, ensure_ascii=st.booleans(), indent=st.sampled_from([None, 0, "\t"]))


def as_written(text: str) -> object:
    """Return JSON with its numbers as they are written, and the members of objects as pairs in order."""
    found: object = json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=list)
    return found


@given(TEXTS)
def test_the_value_its_order_and_its_numbers_stay(text: str) -> None:
    assert as_written(ascii_json(text)) == as_written(text)


@given(TEXTS)
def test_it_is_ascii_without_markup_and_its_braces_are_counted_without_knowing_json(text: str) -> None:
    plain = ascii_json(text)
    depths = [plain.count("{", 0, end) - plain.count("}", 0, end) for end in range(1, len(plain) + 1)]

    assert plain.isascii()
    assert not set("<>&") & set(plain)
    assert depths[-1] == 0
    assert 0 not in depths[:-1]


@given(TEXTS)
def test_what_is_plain_already_is_left_as_it_is(text: str) -> None:
    plain = ascii_json(text)

    assert ascii_json(plain) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('{"a{":"}"}', r'{"a\u007b":"\u007d"}'),
        (r'{"a":"\\{\"}"}', r'{"a":"\\\u007b\"\u007d"}'),
        ('{"a":"é學😀"}', r'{"a":"\u00e9\u5b78\ud83d\ude00"}'),
        ('{"a":"]]><!--&"}', r'{"a":"]]\u003e\u003c!--\u0026"}'),
        ('{"b" : 1.50, "a":1E+2,\r\n"c":-0}', '{"b" : 1.50, "a":1E+2,\r\n"c":-0}'),
        (r'{"a":"\u00e9\/\n\ud83d\ude00"}', r'{"a":"\u00e9\/\n\ud83d\ude00"}'),
        (r'{"\\":{},"\"":{}}', r'{"\\":{},"\"":{}}'),
    ],
)
def test_only_risky_characters_in_strings_are_rewritten(text: str, plain: str) -> None:
    assert ascii_json(text) == plain


def test_no_part_of_a_long_string_is_read_twice() -> None:
    text = '{"a":"' + r"\"{" * 80_000 + '"}'

    assert ascii_json(text).count(r"\u007b") == 80_000
    assert not re.search(r"[{}]", ascii_json(text)[1:-1])


def test_the_seal_holds_over_the_rewritten_text() -> None:
    document = badges.badge({**badges.FULL, "narrative": "Wrote { and } — 學, ]]> and <b>&amp;</b> 😀."})
    text = json.dumps(document, ensure_ascii=False)

    plain = ascii_json(text)

    assert plain != text
    assert badges.result(json.loads(plain)) == "valid"
