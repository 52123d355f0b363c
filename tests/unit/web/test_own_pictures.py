"""Which pictures pages show: those that were uploaded, those that are drawn, and nothing else of ours."""

import pytest

from issuer.core import fields
from issuer.core.awarding.definition import Definition
from issuer.core.awarding.profile import ProfileFields
from issuer.core.fields import InvalidFields
from issuer.web.badge_view import picture, uploaded
from tests.support.world import DEFINITION, PROFILE

ISSUER = "https://badges.alder.example/i/alder"
DIGEST = "8f14e45fceea167a5a36dedd4bea2543f6a2e9a0f8b1c3d4e5f60718293a4b5c"
PIXEL = "data:image/png;base64,iVBORw0KGgo="
DRAWING = "data:image/svg+xml,<svg onload='alert(1)'/>"


@pytest.mark.parametrize("name", [f"art/{DIGEST}.png", f"art/{DIGEST}.svg", "a/MC-FEEDBACK/v12.png"])
def test_a_picture_of_the_issuers_own_is_shown(name: str) -> None:
    found = picture({"id": f"{ISSUER}/{name}", "caption": "Two bubbles"}, ISSUER)

    assert found is not None
    assert (found.url, found.alt) == (f"{ISSUER}/{name}", "Two bubbles")


@pytest.mark.parametrize(
    "url",
    [
        "https://badges.alder.example/h/token",
        "https://badges.alder.example/v1/awards",
        "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd.png",
        f"https://badges.alder.example/i/birch/art/{DIGEST}.png",
        f"{ISSUER}/art/{DIGEST}.png?track=rosa",
        f"{ISSUER}/art/../../../h/{DIGEST}.png",
        f"{ISSUER}/art/{DIGEST}.gif",
        f"{ISSUER}/a/MC-FEEDBACK/v1.json",
        f"{ISSUER}/a/../v1.png/../x",
        ISSUER,
    ],
)
def test_any_other_address_of_ours_is_no_picture(url: str) -> None:
    assert picture({"id": url}, ISSUER) is None
    assert uploaded({"id": f"{ISSUER}/a/MC-FEEDBACK", "image": {"id": url}}) is None


def test_who_has_no_picture_has_none() -> None:
    assert picture(None, ISSUER) is None
    assert uploaded({"id": f"{ISSUER}/a/MC-FEEDBACK"}) is None


@pytest.mark.parametrize("url", [PIXEL, DRAWING, PIXEL.replace("data", "DATA"), PIXEL + "A" * 90_000])
def test_a_picture_that_is_sent_in_its_address_is_to_be_uploaded(url: str) -> None:
    image = {"id": url, "caption": "Two bubbles"}

    with pytest.raises(InvalidFields) as of_definition:
        fields.read(Definition, {**DEFINITION, "image": image})
    with pytest.raises(InvalidFields) as of_profile:
        fields.read(ProfileFields, {**PROFILE, "image": image})
    with pytest.raises(InvalidFields) as of_creator:
        fields.read(Definition, {**DEFINITION, "creator": {"id": "urn:x:y", "name": "x", "image": image}})

    found = [refused.value.faults[0] for refused in (of_definition, of_profile, of_creator)]
    assert [fault.pointer for fault in found] == ["/image/id", "/image/id", "/creator/image/id"]
    assert {fault.detail for fault in found} == {"upload it: POST /v1/artwork"}


def test_a_definition_that_was_accepted_with_one_is_still_read() -> None:
    stored = fields.read(Definition, DEFINITION).model_dump(mode="json", by_alias=True, exclude_none=True)
    text = Definition.model_validate({**stored, "image": {"id": PIXEL}}).model_dump_json(by_alias=True)

    found = Definition.model_validate_json(text).image

    assert found is not None
    assert found.id == PIXEL
