"""What happens to achievements and pathways when several people work on them at the same moment."""

import threading

import pytest

from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.db import achievements as stored_achievements
from issuer.db import pathways as stored_pathways
from issuer.db import tenants
from issuer.services import achievements, pathways
from tests.integration.test_issuing import at_once
from tests.support.world import DEFINITION, World

STACK: Document = {
    "name": "Feedback Specialist",
    "description": "Leads feedback in a school.",
    "requires": "MC-FEEDBACK",
    "grant": "review",
}
NEWER = "Saved while somebody else published"


def test_a_draft_of_an_achievement_that_is_saved_while_it_is_published_is_not_lost(alder: World) -> None:
    achievements.save(alder.context, alder.tenant, "MC-NEW", DEFINITION)
    text = str(achievements.save(alder.context, alder.tenant, "MC-NEW", {**DEFINITION, "name": NEWER}).draft)
    achievements.save(alder.context, alder.tenant, "MC-NEW", DEFINITION)
    publishing = threading.Thread(target=achievements.publish, args=(alder.context, alder.tenant, "MC-NEW"))

    with alder.context.database.write.begin() as session:
        tenants.hold(session, alder.tenant.id)
        stored_achievements.by_code(session, alder.tenant.id, "MC-NEW").draft = text
        session.flush()
        publishing.start()
        publishing.join(0.3)
    publishing.join()

    with alder.context.database.read() as session:
        found = stored_achievements.by_code(session, alder.tenant.id, "MC-NEW")
        version = stored_achievements.version(session, alder.tenant.id, found.id)
    assert version is not None
    assert NEWER in (found.draft or version.definition)


def test_a_draft_of_a_pathway_that_is_saved_while_it_is_published_is_not_lost(alder: World) -> None:
    text = str(pathways.save(alder.context, alder.tenant, "AFL", {**STACK, "name": NEWER}).draft)
    pathways.save(alder.context, alder.tenant, "AFL", STACK)
    publishing = threading.Thread(target=pathways.publish, args=(alder.context, alder.tenant, "AFL"))

    with alder.context.database.write.begin() as session:
        tenants.hold(session, alder.tenant.id)
        stored_pathways.by_code(session, alder.tenant.id, "AFL").draft = text
        session.flush()
        publishing.start()
        publishing.join(0.3)
    publishing.join()

    with alder.context.database.read() as session:
        found = stored_pathways.by_code(session, alder.tenant.id, "AFL")
        version = stored_pathways.newest(session, alder.tenant.id, found.id)
    assert version is not None
    assert NEWER in (found.draft or version.definition)


def test_many_who_save_the_same_code_for_the_first_time_all_succeed(alder: World) -> None:
    def save(index: int) -> object:
        work = achievements.save if index % 2 else pathways.save
        return work(alder.context, alder.tenant, "NEW", DEFINITION if index % 2 else STACK).code

    assert at_once(8, save) == ["NEW"] * 8


def test_many_who_publish_the_same_draft_make_one_version(alder: World) -> None:
    pathways.save(alder.context, alder.tenant, "AFL", STACK)

    found = at_once(6, lambda _: pathways.publish(alder.context, alder.tenant, "AFL").number)

    assert found == [1] * 6


def test_pathways_that_are_published_at_once_never_close_a_circle(alder: World) -> None:
    codes = ("MC-A", "MC-B")
    for code in codes:
        alder.publish(code, name=code)
    for mine, other in (codes, codes[::-1]):
        definition = {**STACK, "requires": other, "achievement": mine}
        pathways.save(alder.context, alder.tenant, f"STACK-{mine}", definition)

    found = at_once(2, lambda index: pathways.publish(alder.context, alder.tenant, f"STACK-{codes[index]}"))

    assert sorted(type(each).__name__ for each in found) == [InvalidFields.__name__, "PathwayVersion"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite's writers take turns
def test_badges_are_issued_while_somebody_publishes(alder: World) -> None:
    issued: list[object] = []
    issuing = threading.Thread(target=lambda: issued.append(alder.issue().outcome))

    with alder.context.database.write.begin() as session:
        tenants.hold(session, alder.tenant.id)
        issuing.start()
        issuing.join(20)
        assert issued == ["issued"]
