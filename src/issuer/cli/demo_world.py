"""The demo's district: its profile, three micro-credentials, four teachers' badges and a stack."""

import json
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx

from issuer.cli import demo_stack
from issuer.core.documents import Document
from issuer.errors import IssuerError

PROFILE: Final[Document] = {
    "name": "Alder County School District",
    "url": "https://alder.example",
    "email": "badges@alder.example",
    "description": "A public school district of 41 schools.",
    "address": {"addressLocality": "Alder", "addressRegion": "PA", "addressCountryCode": "US"},
    "otherIdentifier": [{"identifier": "4200030", "identifierType": "ext:nces-lea"}],
}

PRESENTATION: Final[Document] = {
    "color": "#1f5c4d",
    "kind": "Public school district",
    "timeZone": "America/New_York",
    "recordsYears": 8,
}

_LEVELS: Final = [
    {"id": "developing", "name": "Developing"},
    {"id": "proficient", "name": "Proficient"},
    {"id": "distinguished", "name": "Distinguished"},
]

ACHIEVEMENTS: Final[dict[str, Document]] = {
    "MC-FEEDBACK": {
        "name": "Feedback that Moves Learning",
        "description": "Gives timely, specific feedback that students use to revise their work.",
        "criteria": {
            "narrative": "Submit a lesson plan with a feedback protocol, six samples of student work with "
            "feedback and revisions, and a written reflection. Two trained assessors score them."
        },
        "creditsAvailable": 15,
        "tag": ["feedback", "assessment for learning"],
        "alignment": [
            {
                "targetName": "Assessment",
                "targetUrl": "https://ccsso.org/resource-library/intasc-model-core-teaching-standards",
                "targetFramework": "InTASC Model Core Teaching Standards",
                "targetCode": "6",
            }
        ],
        "resultDescription": [
            {
                "id": criterion,
                "name": name,
                "resultType": "RubricCriterionLevel",
                "requiredLevel": "proficient",
                "rubricCriterionLevel": _LEVELS,
            }
            for criterion, name in (
                ("quality", "Quality of feedback"),
                ("student-use", "Student use of feedback"),
            )
        ],
        "validity": {"for": "P5Y", "endsOn": "06-30"},
    },
    "MC-QUESTIONS": {
        "name": "Questions that Open Thinking",
        "description": "Plans and asks questions that make every student's thinking visible.",
        "criteria": {"narrative": "Submit two annotated recordings of class discussions and a plan."},
        "validity": {"for": "P3Y"},
    },
    "MC-FAMILIES": {
        "name": "Families as Partners",
        "description": "Works with families so that learning goes on at home.",
        "criteria": {"narrative": "Submit three family conferences, planned, held and reflected upon."},
        "suspendable": True,
    },
}

_CHANGE: Final = {"withdrawn": "revoke", "suspended": "suspend"}


class DemoFailed(IssuerError):
    """The service did not do what the demo asked of it."""

    code = "demo-failed"


@dataclass(frozen=True)
class Shown:
    """A badge of the demo: what was done to it, where it is, and what the check says.

    Of somebody who is half way to a stack: their own page, and how many of its badges they have.
    """

    state: str
    url: str
    credential_url: str
    result: str


def show(url: str, api_key: str) -> list[Shown]:
    """Return badges and a stack, made, changed and verified over HTTP as a learning platform would."""
    headers = {"Authorization": f"Bearer {api_key}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False) as api:
        for code, definition in ACHIEVEMENTS.items():
            _done(api.put(f"/v1/achievements/{code}", json=definition))
            _done(api.post(f"/v1/achievements/{code}/publish"))
        demo_stack.offer(api, _done, [*ACHIEVEMENTS])
        return [*(_badge(api, state, event) for state, event in _events().items()), *_stack(api)]


def curl(url: str, api_key: str) -> str:
    """Return a command that issues one more badge when pasted into a shell."""
    event = {
        "id": "sub-88213-approved",
        "type": "submission.approved",
        "achievement": "MC-QUESTIONS",
        "recipient": {"email": "you@alder.example", "name": "Your Name"},
    }
    parts = ["curl", "-sS", f"{url}/v1/events", "-H", f"Authorization: Bearer {api_key}"]
    parts += ["-H", "Content-Type: application/json", "-d", json.dumps(event)]
    return shlex.join(parts)


def _events() -> dict[str, Document]:
    now = datetime.now(UTC)  # noqa: TID251 - the demo plays the platform, whose clock is its own
    recent, long_ago = now - timedelta(days=3), now - timedelta(days=8 * 365)
    day = timedelta(days=1)
    full = {
        "activity": {
            "startDate": f"{recent - 120 * day:%Y-%m-%d}",
            "endDate": f"{recent - 7 * day:%Y-%m-%d}",
            "modality": "asynchronous",
        },
        "assessment": {
            "approvedAt": f"{recent:%Y-%m-%dT%H:%M:%SZ}",
            "method": "portfolio_review",
            "assessor": {"role": "trained assessor", "organization": "Alder County School District"},
            "results": [
                {"criterion": "quality", "level": "distinguished"},
                {"criterion": "student-use", "level": "proficient"},
            ],
        },
        "evidence": [
            {
                "name": "Lesson plan with feedback protocol",
                "genre": "document",
                "description": "Two-week unit, grade 4 writing",
            },
            {"name": "Six work samples with feedback and revisions", "genre": "portfolio"},
            {"name": "Written reflection, 600 words", "genre": "text"},
        ],
        "credit": [
            {"type": "clock_hour", "amount": 15},
            {"type": "act_48_hour", "amount": 15, "jurisdiction": "US-PA"},
        ],
        "narrative": "Students revised after every round of feedback.",
    }
    return {
        "current": {**_event("current", "MC-FEEDBACK", "Rosa Delgado", recent), **full},
        "expired": _event("expired", "MC-QUESTIONS", "Sam Whitehorse", long_ago),
        "withdrawn": _event("withdrawn", "MC-QUESTIONS", "Lee Park", recent),
        "suspended": _event("suspended", "MC-FAMILIES", "Ana Okafor", recent),
    }


def _event(name: str, achievement: str, person: str, approved: datetime) -> Document:
    return {
        "id": f"demo-{name}",
        "type": "submission.approved",
        "achievement": achievement,
        "recipient": {"email": f"{person.split(maxsplit=1)[0].lower()}@alder.example", "name": person},
        "assessment": {"approvedAt": f"{approved:%Y-%m-%dT%H:%M:%SZ}"},
    }


def _badge(api: httpx.Client, state: str, event: Document) -> Shown:
    issued = _done(api.post("/v1/events", json=event))
    if state in _CHANGE:
        change = {"reason": "issued_in_error" if state == "withdrawn" else "requirements_not_met"}
        _done(api.post(f"/v1/awards/{issued['award']['id']}/{_CHANGE[state]}", json=change))
    return _checked(api, state, issued["page_url"], issued["credential_url"])


def _stack(api: httpx.Client) -> list[Shown]:
    """Return the page of somebody who is half way to a stack, and the stack of somebody who has all of it."""
    codes = [*ACHIEVEMENTS]
    far, page = demo_stack.half(api, _done, codes)
    stack = _done(api.get(f"/v1/awards/{demo_stack.whole(api, _done, codes)}"))
    return [
        Shown("half a stack", page, page, far),
        _checked(api, "stack", stack["page_url"], stack["credential_url"]),
    ]


def _checked(api: httpx.Client, state: str, page: str, credential: str) -> Shown:
    report = _done(api.post("/v1/verify", content=api.get(credential).content))
    return Shown(state, page, credential, report["result"])


def _done(answer: httpx.Response) -> Document:
    if not answer.is_success:
        raise DemoFailed(f"{answer.request.url.path} answered {answer.status_code}: {answer.text[:500]}")
    found: Document = answer.json()
    return found
