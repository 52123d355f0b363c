"""Answers of a check to render, of which everything is known, and a badge that says one thing everywhere."""

from dataclasses import replace
from datetime import UTC, datetime

from issuer.core.documents import Document
from issuer.web.pages import render
from issuer.web.pages.verify_views import AnswerView, CheckLine, Claims, Prose, SourceLine, Who
from issuer.web.pages.views import Change, Checks, Evidence, Result
from issuer.web.pages.words import Language
from tests.unit.web import samples
from tests.unit.web.reading import Page

ALDER = "Alder County School District"
UNTIL = datetime(2026, 6, 14, tzinfo=UTC)
CLAIMS = Claims(
    name="Feedback that Moves Learning",
    kind="MicroCredential",
    issuer=Who(name=ALDER, domain="badges.alder.example", contact="badges@alder.example"),
    holder="Rosa Delgado",
    awarded=samples.CONTENT.awarded,
    valid_from=samples.CONTENT.valid_from,
    valid_until=UNTIL,
    description=Prose(text="Gives feedback that students use."),
    criteria=Prose(text="Submit a plan."),
    results=(Result(criterion="Quality", level="Distinguished", needed="Proficient"),),
    evidence=(Evidence(name="Lesson plan", kind="document"),),
    credential_id=samples.PAGE,
)
CHANGE = Change(on=UNTIL, reason="issued_in_error")
PASSED = Checks(integrity="passed", status="passed", validity="passed", issuer="passed")


def answer(code: str, **changes: object) -> AnswerView:
    """Return an answer of which everything is known."""
    causes = {"status_unknown": "status_list_unreachable"}
    view = AnswerView(
        code=code,
        own=code,
        cause=causes.get(code, code),
        given="file",
        checks=PASSED,
        checked_at=samples.NOW,
        domain="badges.alder.example",
        claims=CLAIMS,
        recognized=code != "issuer_unrecognized",
        recognized_by="known.json (2026-06-01)",
        change=CHANGE if code in {"revoked", "suspended", "superseded"} else None,
        lines=(CheckLine(id="integrity", outcome="passed", code="unchanged", citation="OB 3.0, 9.1"),),
        sources=(SourceLine(name="did:web:alder.example", at=samples.NOW),),
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def page(view: AnswerView, lang: Language = "en") -> Page:
    return Page(render.verify_answer(view, lang))


def panel(found: Page) -> tuple[str, str]:
    return found.one("h1").text, found.all("p")[0].text


def stranger(text: str, rows: int = 1) -> Document:
    """Return a badge in which every text is the one given."""
    return {
        "id": text,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": text,
        "issuer": {"id": "did:web:alder.example", "name": text, "url": text, "email": text},
        "evidence": [{"id": text, "name": text, "genre": text}] * rows,
        "credentialSubject": {
            "identifier": [{"identityType": "name", "identityHash": text, "hashed": False}],
            "result": [{"resultDescription": text, "value": text}] * rows,
            "achievement": {
                "name": text,
                "achievementType": text,
                "description": text,
                "inLanguage": text,
                "criteria": {"id": text, "narrative": text},
                "resultDescription": [{"id": text, "name": text, "requiredValue": text}],
            },
        },
    }
