"""A compact JWS is read in one way only, or refused."""

import base64
from collections.abc import Callable

import pytest

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import jose
from issuer.core.securing.jose import MalformedJws
from tests.support.tokens import KID, handmade, signed

EDDSA: Document = {"alg": "EdDSA", "kid": KID}


class TestReading:
    @pytest.mark.parametrize(
        "text", [signed(), f"\n {signed()}\r\n", "eyJhbGciOiJub25lIn0..", "eyAiYWxnIjoxIH0.a.b"]
    )
    def test_a_token_looks_like_one_even_where_it_is_broken(self, text: str) -> None:
        assert jose.looks_compact(text)

    @pytest.mark.parametrize(
        "text", ["", "{}", '{"a": "b.c.d"}', "https://a.b.c", "example.org.uk", "eyes.example.org"]
    )
    def test_json_and_addresses_do_not_look_like_a_token(self, text: str) -> None:
        assert not jose.looks_compact(text)

    def test_white_space_around_a_token_is_not_part_of_it(self) -> None:
        assert jose.parse(f" {signed()}\n") == jose.parse(signed())

    @pytest.mark.parametrize(
        "change",
        [
            lambda token: token + "=",
            lambda token: token + ".",
            lambda token: token + "." + token,
            lambda token: token.replace(".", "..", 1),
            lambda token: token.rpartition(".")[0],
            lambda token: token.replace(".", "=.", 1),
            lambda token: token.replace(".", " .", 1),
            lambda token: token.replace(".", "\n.", 1),
            lambda token: token[:-1] + "+",
            lambda token: token[:-1] + "é",
            lambda token: token + "~",
            lambda _: "." * 200_000,
            lambda _: "",
        ],
    )
    def test_another_spelling_is_refused(self, change: Callable[[str], str]) -> None:
        with pytest.raises(MalformedJws):
            jose.parse(change(signed()))

    def test_bits_left_over_in_a_signature_are_refused(self) -> None:
        token = signed()
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        sibling = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
        assert base64.urlsafe_b64decode(sibling.rpartition(".")[2] + "==") == base64.urlsafe_b64decode(
            token.rpartition(".")[2] + "=="
        )

        with pytest.raises(MalformedJws, match="signature"):
            jose.parse(sibling)

    @pytest.mark.parametrize(
        "header",
        [
            *(
                {**EDDSA, **more}
                for more in ({"crit": ["b64"], "b64": False}, {"b64": False}, {"crit": ["exp"]})
            ),
            *({**EDDSA, name: "https://evil.example/"} for name in ("jku", "x5u", "x5c", "zip", "iss")),
            {"kid": KID},
            *({**EDDSA, "alg": value} for value in (None, 1, ["EdDSA"], {"EdDSA": 1}, True)),
            *({**EDDSA, "kid": value} for value in (None, 1, ["a"])),
            *({**EDDSA, "typ": value} for value in (None, "", "at+jwt", "vp+jwt", "JOSE", "vc+sd-jwt")),
            {**EDDSA, "jwk": "eyJrdHkiOiJPS1AifQ"},
            {**EDDSA, "jwk": None},
            '{"alg":"EdDSA","alg":"none"}',
            '{"alg":"EdDSA","kid":"a","kid":"b"}',
            '{"alg":"EdDSA"}\x00',
            '["EdDSA"]',
            "",
            "null",
        ],
        ids=str,
    )
    def test_a_header_that_could_change_what_is_verified_is_refused(self, header: Document | str) -> None:
        with pytest.raises(MalformedJws, match=r"header|type"):
            jose.parse(handmade(header))

    @pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
    def test_a_private_key_in_the_header_is_refused_and_not_repeated(self, member: str) -> None:
        header = {**EDDSA, "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "x", member: "hush"}}

        with pytest.raises(MalformedJws, match="private") as refused:
            jose.parse(handmade(header))
        assert "hush" not in str(refused.value)

    @pytest.mark.parametrize(
        "payload",
        ['{"iss":"a","iss":"b"}', '{"a":NaN}', '{"a":1e999}', '{"a":"\\ud800"}', "[]", "1", ""],
    )
    def test_a_payload_that_readers_understand_differently_is_refused(self, payload: str) -> None:
        with pytest.raises(MalformedJws, match="payload"):
            jose.parse(handmade(EDDSA, payload))

    @pytest.mark.parametrize(
        "payload", ['{"a":' * 40 + "1" + "}" * 40, '{"a":' + "[" * 100_000, '{"a":"' + "a" * 70_000]
    )
    def test_a_payload_that_is_too_deep_or_too_large_is_refused(self, payload: str) -> None:
        with pytest.raises((documents.DocumentTooLarge, MalformedJws)):
            jose.parse(handmade(EDDSA, payload))

    def test_a_text_over_the_limit_is_refused_before_it_is_read(self) -> None:
        with pytest.raises(documents.DocumentTooLarge, match="256000"):
            jose.parse("e" * 256_001)

    def test_a_status_list_may_be_larger_than_a_badge(self) -> None:
        text = signed({"encodedList": "u" * 200_000})

        with pytest.raises(documents.DocumentTooLarge):
            jose.parse(text)
        assert jose.parse(text, documents.STATUS_LIST_LIMITS).header["alg"] == "EdDSA"
