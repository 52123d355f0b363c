import re
from typing import Final
from urllib.parse import unquote

from hypothesis import example, given
from hypothesis import strategies as st

from issuer.web import file_names

UNSAFE: Final = r'[\x00-\x1f\x7f-\x9f"*/:<>?\\|]|^[. ]|[. ]$'
TURNING: Final = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"


@given(st.text(max_size=300), st.sampled_from(["inline", "attachment"]))
@example("../a\u202e\r\nb\x85\"; filename*=UTF-8''c", "inline")
@example("\ud800", "attachment")
@example("." * 200 + "a", "inline")
def test_no_name_leaves_its_header_or_its_folder(name: str, use: file_names.Use) -> None:
    found = file_names.disposition(name, ".png", use=use)

    parts = re.fullmatch(use + r"; filename=\"([ -~]+)\.png\"; filename\*=UTF-8''([!-~]+)\.png", found)
    assert parts is not None
    for named in (parts[1], unquote(parts[2], errors="strict")):
        assert not re.search(UNSAFE, named)
        assert not re.search(TURNING, named)
        assert 0 < len(named.encode()) <= file_names.MOST


@given(st.from_regex(r"[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,4}", fullmatch=True))
def test_a_plain_name_is_kept_as_it_is(name: str) -> None:
    found = file_names.disposition(name, ".json", use="attachment")

    assert found == f"attachment; filename=\"{name}.json\"; filename*=UTF-8''{name}.json"


def test_a_file_may_have_another_name_for_readers_of_plain_letters() -> None:
    found = file_names.disposition("Título: Ana", ".pdf", plain="certificate-1")

    assert found == "inline; filename=\"certificate-1.pdf\"; filename*=UTF-8''T%C3%ADtulo%20Ana.pdf"
