"""Definitions as people write them, and what can be looked at before one is published."""

import json
from typing import Any

import httpx
import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from issuer.core import fields
from issuer.core.awarding import educator_ids, short_form
from issuer.core.awarding.definition import Definition
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.services import achievements
from tests.support.world import DEFINITION, World

SHORT = """
kind: MicroCredential
name: { en: Feedback that Moves Learning, es: Retroalimentación que impulsa el aprendizaje }
competency: { en: Gives feedback that students use., es: Da retroalimentación que se usa. }
audience: K-12 teachers
estimated_hours: 15
evidence:
  - { kind: lesson-plan,  genre: document }
  - { kind: student-work, genre: portfolio, count: 6, contains_student_data: true }
  - { kind: reflection,   genre: text, words: [400, 800] }
rubric:
  levels: [ {id: developing, points: 2}, {id: proficient, points: 3} ]
  criteria:
    - id: quality
      name: {en: Quality, es: Calidad}
      required: proficient
      describe: {proficient: {en: Specific.}}
    - { id: use, name: {en: Use by students}, required: proficient }
alignments:
  - { framework: InTASC, code: "6", name: Assessment, url: "https://ccsso.example/6", type: CFItem }
credit:
  - { type: clock_hour, amount: 15 }
  - { type: pdp, amount: 6, jurisdiction: US-TN, category: pedagogy }
supports:
  - { jurisdiction: US-PA, authorization: Act 48 }
validity: { for: P5Y, ends_on: "06-30" }
evidence_policy: require
"""
WHOLE: Document = {
    "id": "event-whole",
    "type": "submission.approved",
    "achievement": "MC-SHORT",
    "recipient": {"email": "rivera@alder.example", "name": "Maria Rivera"},
    "activity": {"startDate": "2026-01-12", "endDate": "2026-06-05"},
    "assessment": {"results": [{"criterion": "quality", "level": "proficient"}]},
    "evidence": [
        {"kind": "lesson-plan", "name": "Plan"},
        {"kind": "student-work", "count": 6},
        {"kind": "reflection", "words": 600},
    ],
}


@pytest.fixture
def http_short(http: httpx.Client, alder: World) -> httpx.Client:
    http.headers.update(alder.headers)
    saved = http.put(
        "/v1/achievements/MC-SHORT", content=SHORT.encode(), headers={"content-type": "application/yaml"}
    )
    assert saved.status_code == 200, saved.text
    assert http.post("/v1/achievements/MC-SHORT/publish").status_code == 200
    return http


def test_the_short_form_is_stored_in_the_long_one(http_short: httpx.Client) -> None:
    current = http_short.get("/v1/achievements/MC-SHORT").json()["current"]

    definition, document = current["definition"], current["document"]
    assert [each["id"] for each in definition["resultDescription"]] == ["quality", "use"]
    assert definition["editions"][0]["inLanguage"] == "es"
    assert [each["type"] for each in definition["credit"]] == ["clock_hour", "pdp"]
    assert document["creditsAvailable"] == 15
    assert "Specific." in json.dumps(document)
    assert document["alignment"][0]["targetFramework"] == "InTASC"
    for private in ("credit", "supports", "competency", "evidence", "editions", "audience"):
        assert private not in document


def test_the_long_form_comes_back_as_it_was_and_the_same_makes_no_new_version(
    http_short: httpx.Client,
) -> None:
    definition = http_short.get("/v1/achievements/MC-SHORT").json()["current"]["definition"]

    http_short.put("/v1/achievements/MC-SHORT", json=definition)
    again = http_short.post("/v1/achievements/MC-SHORT/publish").json()

    assert again["current"]["number"] == 1
    assert again["current"]["definition"] == definition


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"rubric": {"levels": [], "criteria": []}}, "/rubric/levels"),
        ({"rubric": 1}, "/rubric"),
        ({"alignments": [1]}, "/alignments/0"),
        ({"estimated_hours": -1}, "/estimatedHours"),
        ({"name": {"es": "Nombre"}, "inLanguage": "en"}, "/name"),
        ({"kind": "Nonsense"}, "/kind"),
    ],
)
def test_a_fault_is_pointed_at_where_it_was_written(alder: World, changes: Document, pointer: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        achievements.save(alder.context, alder.tenant, "MC-BAD", {**yaml.safe_load(SHORT), **changes})

    assert pointer in [fault.pointer for fault in refused.value.faults]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(name=st.sampled_from([*yaml.safe_load(SHORT), "resultDescription", "criteria"]), value=JSON)
def test_whatever_a_definition_says_it_is_read_or_refused(name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    document = {**yaml.safe_load(SHORT), name: value}

    try:
        fields.read(Definition, short_form.written_out(document))
    except InvalidFields as refused:
        assert [fault for fault in refused.faults if fault.detail]  # noqa: PT017 - it may be read as well


@pytest.mark.parametrize("path", ["achievements", "pathways"])
def test_a_definition_that_names_another_code_than_its_address_is_told_so(
    http_short: httpx.Client, path: str
) -> None:
    answer = http_short.put(f"/v1/{path}/OTHER", json={**DEFINITION, "code": "MC-SHORT"})

    assert (answer.status_code, answer.json()["detail"]) == (422, "not accepted: /code")
    assert "the address says 'OTHER'" in answer.json()["errors"][0]["detail"]


class TestSchema:
    @pytest.fixture
    def validator(self, http_short: httpx.Client) -> jsonschema_rs.Validator:
        answer = http_short.get("/v1/achievements/MC-SHORT/schema")
        assert answer.headers["content-type"] == "application/schema+json"
        return jsonschema_rs.validator_for(answer.json())

    def test_an_event_that_is_accepted_validates(
        self, http_short: httpx.Client, validator: jsonschema_rs.Validator
    ) -> None:
        assert http_short.post("/v1/events", json=WHOLE).status_code == 201
        assert list(validator.iter_errors(WHOLE)) == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"achievement": "MC-FEEDBACK"},
            {"activity": {"startDate": "2026-01-12"}},
            {"assessment": {"results": [{"criterion": "unknown", "level": "proficient"}]}},
            {"assessment": {"results": [{"criterion": "quality", "level": "unknown"}]}},
            {"evidence": [{"kind": "lesson-plan"}]},
            {"evidence": [*WHOLE["evidence"], {"kind": "video"}]},
            {"nonsense": 1},
        ],
    )
    def test_what_the_schema_forbids_is_refused(
        self, http_short: httpx.Client, validator: jsonschema_rs.Validator, changes: Document
    ) -> None:
        event = {**WHOLE, **changes}

        assert list(validator.iter_errors(event))
        if "achievement" not in changes:
            assert http_short.post("/v1/events", json=event).status_code == 422


class TestBeforePublishing:
    def test_a_draft_is_previewed_and_compared(self, http_short: httpx.Client) -> None:
        definition = yaml.safe_load(SHORT) | {"estimated_hours": 12, "audience": "Coaches"}
        definition["rubric"]["criteria"].reverse()
        http_short.put("/v1/achievements/MC-SHORT", json=definition)

        preview = http_short.get("/v1/achievements/MC-SHORT/preview").json()
        changes = http_short.get("/v1/achievements/MC-SHORT/diff").json()["changes"]

        assert (preview["number"], preview["document"]["version"]) == (2, "2")
        found = {each["pointer"]: (each["before"], each["after"]) for each in changes}
        assert found["/audience"] == ("K-12 teachers", "Coaches")
        assert found["/estimatedHours"] == (15, 12)
        assert found["/resultDescription"] == (["quality", "use"], ["use", "quality"])

    def test_two_versions_are_compared_by_their_numbers(self, http_short: httpx.Client) -> None:
        http_short.put("/v1/achievements/MC-SHORT", json=yaml.safe_load(SHORT) | {"audience": "Coaches"})
        http_short.post("/v1/achievements/MC-SHORT/publish")

        named = http_short.get("/v1/achievements/MC-SHORT/diff?from=1&to=2").json()["changes"]
        newest = http_short.get("/v1/achievements/MC-SHORT/diff").json()["changes"]

        assert [each["pointer"] for each in named] == ["/audience"]
        assert newest == named
        assert http_short.get("/v1/achievements/MC-SHORT/diff?from=1&to=9").status_code == 404


class TestEducatorIdentifiers:
    def sent(self, http: httpx.Client, value: str, kind: str = "ext:us-pa-ppid") -> httpx.Response:
        recipient = {"email": "rivera@alder.example", "identifiers": [{"type": kind, "value": value}]}
        return http.post("/v1/events", json={**WHOLE, "recipient": recipient})

    def test_a_known_format_is_checked_when_the_badge_is_issued(self, http_short: httpx.Client) -> None:
        refused = self.sent(http_short, "12345")

        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/recipient/identifiers/0"
        assert "seven digits" in refused.json()["errors"][0]["detail"]

    def test_it_is_never_in_the_badge_not_even_hashed(self, http_short: httpx.Client) -> None:
        answer = self.sent(http_short, "1234567").json()

        text = http_short.get(f"/b/{answer['award']['id']}.json").text
        assert answer["warnings"] == []
        assert "1234567" not in text
        assert "ppid" not in text
        assert len(json.loads(text)["credentialSubject"]["identifier"]) == 1

    def test_a_format_that_is_not_known_is_kept_with_a_warning(self, http_short: httpx.Client) -> None:
        answer = self.sent(http_short, "AB-123", "ext:us-mi-pic").json()

        assert [(each["code"], each["pointer"]) for each in answer["warnings"]] == [
            ("educator-id-unknown", "/recipient/identifiers/0")
        ]

    @pytest.mark.parametrize(
        "kind", ["ext:us-pa-ssn", "ext:ssn-last4", "ext:last-four", "ext:dob", "ext:student-id"]
    )
    def test_what_must_not_be_kept_is_refused(self, http_short: httpx.Client, kind: str) -> None:
        assert self.sent(http_short, "1234", kind).status_code == 422

    def test_every_known_format_says_in_words_what_it_takes(self) -> None:
        assert all(each.words for each in educator_ids.FORMATS.values())


class TestPage:
    def page(self, http: httpx.Client, lang: str) -> str:
        return http.get(f"/i/alder/a/MC-SHORT?lang={lang}", headers={"accept": "text/html"}).text

    def test_it_says_what_to_submit_for_whom_and_what_it_brings(self, http_short: httpx.Client) -> None:
        page = self.page(http_short, "en")

        for said in (
            "K-12 teachers", "What you submit", "Student work", "400 to 800 words",
            "Students may be seen in it", "clock hours", "Tennessee", "Act 48", "Pennsylvania",
            "Each state decides", "Specific.",
        ):  # fmt: skip
            assert said in page, said

    def test_in_another_language_it_shows_that_edition(self, http_short: httpx.Client) -> None:
        page = self.page(http_short, "es")

        assert "Retroalimentación que impulsa el aprendizaje" in page
        assert "Calidad" in page
        assert "Qué se entrega" in page
        assert "?lang=en" in page
