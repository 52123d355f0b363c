"""Each platform's messages, read into the same observations."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.core.intake.dialects import all as dialects
from issuer.core.intake.dialects import xapi
from issuer.core.intake.dialects.all import Name
from issuer.core.intake.dialects.caliper import UnknownDataVersion
from issuer.core.intake.dialects.foreign import MAX_EVENTS, TooManyEvents
from issuer.core.intake.observation import Ignored, Learner, Observation, Reading
from issuer.errors import Invalid
from tests.support.platforms import AGS_RESULT, AGS_SCORE, CALIPER, CANVAS, MOODLE, OPEN_EDX, XAPI

WHEN = datetime(2026, 5, 9, 21, 35, 5, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SENT: dict[Name, Document] = {
    "canvas": CANVAS,
    "moodle": MOODLE,
    "open-edx": OPEN_EDX,
    "caliper": CALIPER,
    "xapi": XAPI,
    "lti-ags": AGS_RESULT,
}


def changed(document: Document, *path: Any, to: Any = None) -> Document:  # noqa: ANN401 - JSON
    """Return a copy in which one member is another, or gone."""
    copied = copy.deepcopy(document)
    place: Any = copied
    for name in path[:-1]:
        place = place[name]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return copied


def readings(dialect: Name, document: object) -> list[Reading]:
    return dialects.DIALECTS[dialect](document, NOW)


def read(dialect: Name, document: object) -> Observation:
    [found] = readings(dialect, document)
    assert isinstance(found, Observation)
    return found


@pytest.mark.parametrize(
    ("dialect", "learner", "competency", "outcome", "scaled"),
    [
        ("canvas", Learner("elXwFPr6uKGaQj"), "1", "passed", 1.0),
        ("moodle", Learner("15"), "12", None, None),
        (
            "open-edx",
            Learner("4411", "rivera@alder.example", "Maria Rivera"),
            "course-v1:Alder+FEEDBACK+2026",
            "passed",
            None,
        ),
        ("caliper", Learner("https://example.edu/users/554433"), "https://example.edu/assess/1", None, 0.8),
        (
            "xapi",
            Learner("https://lms.example.edu#t-4411", name="Maria Rivera"),
            "https://case.example.org/uri/74f5bb7d-d7cc-11e8-824f-0242ac160002",
            "passed",
            0.92,
        ),
        ("lti-ags", Learner("5323497"), "https://lms.example.com/context/2923/lineitems/1", None, 0.83),
    ],
)
def test_every_platform_says_who_what_and_how(
    dialect: Name, learner: Learner, competency: str, outcome: str | None, scaled: float | None
) -> None:
    found = read(dialect, SENT[dialect])

    assert (found.learner, found.competency, found.outcome, found.scaled) == (
        learner,
        competency,
        outcome,
        scaled,
    )
    assert found.achieved_at == (NOW if dialect == "lti-ags" else WHEN)


@pytest.mark.parametrize("dialect", SENT)
def test_what_is_sent_twice_has_the_same_id_and_unknown_members_change_nothing(dialect: Name) -> None:
    document = SENT[dialect]

    again = read(dialect, {**copy.deepcopy(document), "a_member_of_next_year": [1, {"a": "b"}]})

    assert again.event_id == read(dialect, document).event_id
    assert 0 < len(again.event_id) <= 64


class TestCanvas:
    def test_a_mastery_that_is_gone_is_another_statement(self) -> None:
        lost = changed(changed(CANVAS, "body", "mastery", to=False), "metadata", "event_name",
                       to="learning_outcome_result_updated")  # fmt: skip

        found = read("canvas", lost)

        assert found.outcome == "not_passed"
        assert found.event_id != read("canvas", CANVAS).event_id

    def test_another_attempt_is_another_event(self) -> None:
        assert (
            read("canvas", changed(CANVAS, "body", "attempt", to=2)).event_id
            != read("canvas", CANVAS).event_id
        )

    def test_ids_are_the_same_as_numbers_and_as_text(self) -> None:
        numbers = changed(changed(CANVAS, "body", "learning_outcome_id", to=1), "body", "artifact_id", to=22)

        assert read("canvas", numbers).event_id == read("canvas", CANVAS).event_id

    def test_without_a_percentage_the_points_count(self) -> None:
        assert (
            read("canvas", changed(changed(CANVAS, "body", "percent"), "body", "score", to=3)).scaled == 0.6
        )

    def test_an_event_about_something_else_is_ignored(self) -> None:
        [found] = readings(
            "canvas", {"metadata": {"event_name": "course_created", "event_time": "2026-05-09T21:35:05Z"}}
        )

        assert found == Ignored("course_created says nothing of outcomes")

    @pytest.mark.parametrize("member", ["learning_outcome_id", "user_uuid"])
    def test_what_is_missing_is_pointed_at(self, member: str) -> None:
        with pytest.raises(InvalidFields) as refused:
            readings("canvas", changed(CANVAS, "body", member))

        assert [fault.pointer for fault in refused.value.faults] == [f"/body/{member}"]


class TestMoodle:
    def test_the_learner_is_whom_it_is_about_and_not_who_rated(self) -> None:
        found = read("moodle", MOODLE)

        assert (found.learner.id, found.assessor, found.grade) == ("15", "2", 2)

    def test_a_rating_that_names_no_competency_is_of_its_row(self) -> None:
        rated = changed(changed(MOODLE, "other", "competencyid"), "eventname",
                        to="\\core\\event\\competency_user_competency_rated")  # fmt: skip

        assert read("moodle", rated).competency == "user_competency:77"

    @pytest.mark.parametrize(("action", "outcome"), [(2, "passed"), (0, None), (3, None)])
    def test_evidence_counts_where_it_completes_the_competency(
        self, action: int, outcome: str | None
    ) -> None:
        event = changed(MOODLE, "eventname", to="\\core\\event\\competency_evidence_created")
        [found] = readings("moodle", changed(event, "other", to={"competencyid": 12, "action": action}))

        assert (found.outcome if isinstance(found, Observation) else None) == outcome

    def test_a_course_that_was_completed_is_passed(self) -> None:
        found = read("moodle", changed(MOODLE, "eventname", to="\\core\\event\\course_completed"))

        assert (found.competency, found.outcome, found.grade) == ("course:3", "passed", None)

    @pytest.mark.parametrize(
        "other", ['{"competencyid":"12","grade":"2"}', {"competencyid": "12", "grade": "2"}]
    )
    def test_other_may_be_text_and_its_numbers_too(self, other: object) -> None:
        assert read("moodle", changed(MOODLE, "other", to=other)).event_id == read("moodle", MOODLE).event_id

    @pytest.mark.parametrize("when", [True, "soon", -1, 10**20, "0" * 12 + "9" * 20, 1.5])
    def test_a_moment_that_is_none_is_pointed_at(self, when: object) -> None:
        with pytest.raises(InvalidFields) as refused:
            readings("moodle", changed(MOODLE, "timecreated", to=when))

        assert [fault.pointer for fault in refused.value.faults] == ["/timecreated"]


class TestOpenEdx:
    def test_a_certificate_is_passed_and_taken_back(self) -> None:
        about = OPEN_EDX["data"]["course_passing_status"]
        made = {**OPEN_EDX, "data": {"certificate": {"user": about["user"], "course": about["course"]}}}

        outcomes = [
            read("open-edx", {**made, "type": f"org.openedx.learning.certificate.{what}.v1"}).outcome
            for what in ("created", "revoked")
        ]

        assert outcomes == ["passed", "withdrawn"]

    def test_the_form_of_the_event_bus_says_the_same(self) -> None:
        plain = {
            "event_type": OPEN_EDX["type"],
            "metadata": {"id": OPEN_EDX["id"], "time": OPEN_EDX["time"]},
            "data": OPEN_EDX["data"]["course_passing_status"],
        }

        assert read("open-edx", plain) == read("open-edx", OPEN_EDX)

    @pytest.mark.parametrize("offset", ["+00:00", ""])
    def test_the_form_of_the_webhook_plugin_says_the_same(self, offset: str) -> None:
        posted = {
            "openedx_events.learning.data.CoursePassingStatusData": OPEN_EDX["data"]["course_passing_status"],
            "event_metadata": {
                "event_type": OPEN_EDX["type"],
                "id": OPEN_EDX["id"],
                "minorversion": 0,
                "sourcelib": ["9", "5", "0"],
                "time": f"2026-05-09 21:35:05.000000{offset}",
            },
        }

        assert read("open-edx", posted) == read("open-edx", OPEN_EDX)

    def test_what_the_plugin_posts_without_data_is_pointed_at(self) -> None:
        posted = {"event_metadata": {"event_type": OPEN_EDX["type"], "time": 5}}

        with pytest.raises(InvalidFields) as refused:
            read("open-edx", posted)

        assert {each.pointer for each in refused.value.faults} == {"/data", "/metadata/time"}

    def test_somebody_who_does_not_pass_any_more_is_told_of(self) -> None:
        failing = changed(OPEN_EDX, "data", "course_passing_status", "is_passing", to=False)

        assert read("open-edx", failing).outcome == "not_passed"


class TestCaliper:
    @pytest.mark.parametrize("version", ["v1p1", "v1p2"])
    def test_the_learner_is_the_assignee_and_not_the_actor(self, version: str) -> None:
        found = read(
            "caliper", changed(CALIPER, "dataVersion", to=f"http://purl.imsglobal.org/ctx/caliper/{version}")
        )

        assert found.learner.id == "https://example.edu/users/554433"

    def test_a_version_that_is_not_known_is_refused(self) -> None:
        with pytest.raises(UnknownDataVersion):
            readings(
                "caliper", changed(CALIPER, "dataVersion", to="http://purl.imsglobal.org/ctx/caliper/v9")
            )

    def test_other_events_of_an_envelope_are_ignored_one_by_one(self) -> None:
        session = {"type": "SessionEvent", "action": "LoggedIn"}
        mixed = changed(CALIPER, "data", to=[session, CALIPER["data"][0], session])

        assert [type(each) for each in readings("caliper", mixed)] == [Ignored, Observation, Ignored]

    def test_what_is_missing_is_pointed_at_within_the_envelope(self) -> None:
        with pytest.raises(InvalidFields) as refused:
            readings("caliper", changed(CALIPER, "data", 0, "generated", "maxScore"))

        assert [fault.pointer for fault in refused.value.faults] == ["/data/0/generated/maxScore"]


class TestXapi:
    @pytest.mark.parametrize(
        ("verb", "success", "outcome"),
        [
            ("http://adlnet.gov/expapi/verbs/passed", None, "passed"),
            ("http://adlnet.gov/expapi/verbs/completed", True, "passed"),
            ("http://adlnet.gov/expapi/verbs/completed", False, "not_passed"),
            ("http://adlnet.gov/expapi/verbs/failed", None, "not_passed"),
            ("https://w3id.org/xapi/tla/verbs/verified", None, "passed"),
            ("https://w3id.org/xapi/tla/verbs/achieved", None, "passed"),
            ("https://w3id.org/xapi/tla/verbs/revoked", True, "withdrawn"),
        ],
    )
    def test_the_verb_tells_unless_the_result_says_no(
        self,
        verb: str,
        success: bool | None,  # noqa: FBT001 - as it is sent
        outcome: str,
    ) -> None:
        result = {} if success is None else {"success": success}

        assert read("xapi", {**XAPI, "verb": {"id": verb}, "result": result}).outcome == outcome

    @pytest.mark.parametrize(
        "verb", ["http://adlnet.gov/expapi/verbs/voided", "http://adlnet.gov/expapi/verbs/experienced"]
    )
    def test_other_verbs_are_ignored(self, verb: str) -> None:
        [found] = readings("xapi", {**XAPI, "verb": {"id": verb}})

        assert isinstance(found, Ignored)

    def test_a_mailbox_is_an_address_too(self) -> None:
        found = read("xapi", {**XAPI, "actor": {"mbox": "mailto:rivera@alder.example"}})

        assert found.learner == Learner("mailto:rivera@alder.example", email="rivera@alder.example")

    def test_an_actor_who_is_nobody_is_pointed_at(self) -> None:
        with pytest.raises(InvalidFields) as refused:
            readings("xapi", [XAPI, {**XAPI, "actor": {"name": "Maria"}}])

        assert [fault.pointer for fault in refused.value.faults] == ["/1/actor"]

    def test_a_group_is_ignored(self) -> None:
        [found] = readings("xapi", {**XAPI, "actor": {"objectType": "Group", "name": "All"}})

        assert isinstance(found, Ignored)

    def test_a_statement_without_an_id_gets_the_same_one_each_time(self) -> None:
        plain = changed(XAPI, "id")
        turned = dict(reversed(plain.items()))

        assert xapi.ids([XAPI, plain]) == [XAPI["id"], *xapi.ids(turned)]
        assert read("xapi", plain).event_id == xapi.ids(plain)[0]


class TestAgs:
    def test_a_result_that_changed_is_another_event_and_the_same_is_not(self) -> None:
        better = {**AGS_RESULT, "resultScore": 0.95}

        assert read("lti-ags", better).event_id != read("lti-ags", AGS_RESULT).event_id

    def test_a_score_counts_when_it_is_fully_graded(self) -> None:
        [pending] = readings("lti-ags", {**AGS_SCORE, "gradingProgress": "Pending"})

        assert read("lti-ags", AGS_SCORE).scaled == 0.83
        assert isinstance(pending, Ignored)


@pytest.mark.parametrize("dialect", ["canvas", "moodle", "open-edx", "xapi", "lti-ags"])
def test_an_array_gives_one_reading_for_each(dialect: Name) -> None:
    assert len(readings(dialect, [SENT[dialect]] * 3)) == 3


@pytest.mark.parametrize("dialect", ["canvas", "moodle", "open-edx", "xapi", "lti-ags"])
def test_more_events_than_are_taken_at_once_are_refused(dialect: Name) -> None:
    with pytest.raises(TooManyEvents):
        readings(dialect, [SENT[dialect]] * (MAX_EVENTS + 1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("dialect", SENT)
@given(data=st.data())
def test_whatever_is_sent_is_read_ignored_or_refused(dialect: Name, data: st.DataObject) -> None:
    places = [path for path in _paths(SENT[dialect]) if path]
    document = changed(SENT[dialect], *data.draw(st.sampled_from(places)), to=data.draw(JSON.filter(bool)))

    for sent in (document, data.draw(JSON)):
        try:
            found = readings(dialect, sent)
        except Invalid as error:
            assert [fault for fault in error.faults if fault.detail]  # noqa: PT017 - it may be read as well
        else:
            assert all(isinstance(each, Observation | Ignored) for each in found)


def _paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for name, each in items for deeper in _paths(each, (*path, name)))]
