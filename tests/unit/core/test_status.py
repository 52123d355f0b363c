import base64
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core.status import bitstring, permutation
from issuer.core.status.bitstring import InvalidStatusList, StatusIndexOutOfRange

LENGTH = bitstring.MINIMUM_LENGTH


@given(st.sets(st.integers(0, LENGTH - 1), max_size=50))
@settings(max_examples=30)
def test_exactly_the_set_bits_come_back(ones: set[int]) -> None:
    bits = bitstring.decode(bitstring.encode(bitstring.pack(ones, LENGTH)))

    assert {index for index in ones | {0, 7, 8, LENGTH - 1} if bitstring.is_set(bits, index)} == ones
    assert sum(byte.bit_count() for byte in bits) == len(ones)


def test_the_first_bit_is_the_most_significant_one() -> None:
    assert bitstring.pack([0], LENGTH)[0] == 0x80
    assert bitstring.pack([7], LENGTH)[0] == 0x01
    assert bitstring.pack([LENGTH - 1], LENGTH)[-1] == 0x01


@pytest.mark.parametrize("index", [-1, LENGTH, 10**12])
def test_an_index_outside_the_list_is_refused(index: int) -> None:
    with pytest.raises(StatusIndexOutOfRange):
        bitstring.is_set(bytes(LENGTH // 8), index)


def encoded(raw: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


GOOD = gzip.compress(bytes(LENGTH // 8), mtime=0)  # pytest names tests after it


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        "zabc",
        "u!!!",
        encoded(b"not gzip"),
        encoded(GOOD[:-4]),
        encoded(GOOD + b"more"),
        encoded(GOOD + GOOD),
        encoded(gzip.compress(bytes(1024), mtime=0)),
        encoded(gzip.compress(bytes(60_000_000), mtime=0)),
        encoded(GOOD) + "=",
    ],
)
def test_what_is_no_list_is_refused_and_a_bomb_is_not_inflated(text: str) -> None:
    with pytest.raises(InvalidStatusList):
        bitstring.decode(text)


@pytest.mark.parametrize("length", [8, 1000, 4096])
def test_a_permutation_gives_every_index_once(length: int) -> None:
    found = [permutation.permute(position, length=length, key=b"k" * 32) for position in range(length)]

    assert sorted(found) == list(range(length))
    assert found != sorted(found)


def test_indices_in_use_look_random() -> None:
    found = [permutation.permute(position, length=LENGTH, key=b"k" * 32) for position in range(8_000)]
    buckets = [0] * 16
    for index in found:
        buckets[index * 16 // LENGTH] += 1

    chi_square = sum((count - 500) ** 2 / 500 for count in buckets)
    assert chi_square < 40
    assert len(set(found)) == len(found)


def test_another_key_gives_another_order() -> None:
    one, other = (
        [permutation.permute(position, length=LENGTH, key=key * 32) for position in range(20)]
        for key in (b"a", b"b")
    )

    assert one != other
