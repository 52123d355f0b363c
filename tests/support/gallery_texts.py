"""What the issuer of the gallery says, awards and records: much in some places, nearly nothing in others."""

from typing import Final

from issuer.core.documents import Document

CAPTION: Final = "Two speech bubbles, one of them with a tick"
LONG_NAME: Final = "Rosa Maximiliana Alejandra Delgado-Featherstonehaugh y Wolfeschlegelsteinhausen"
PROFILE: Final[Document] = {
    "name": "Alder County School District",
    "url": "https://alder.example",
    "email": "badges@alder.example",
    "phone": "+1 555 0100",
    "description": "The public schools of Alder County: eleven schools, 410 teachers.",
    "official": "Dr. Ada Alder, Superintendent",
    "address": {"addressLocality": "Alder", "addressRegion": "PA", "addressCountryCode": "US"},
    "otherIdentifier": [{"identifier": "4200030", "identifierType": "ext:nces-lea"}],
}
PRESENTATION: Final[Document] = {
    "color": "#14574f",
    "timeZone": "America/New_York",
    "kind": "Public school district",
    "legalName": "School District of Alder County",
    "linkedinOrganizationId": "1337",
    "providerNumbers": [{"jurisdiction": "US-PA", "number": "PA-4471"}],
    "policies": {
        "assessment": "https://alder.example/assessment",
        "withdrawal": "https://alder.example/withdrawal",
        "appeal": "https://alder.example/appeal",
        "privacy": "https://alder.example/privacy",
    },
    "recordsYears": 8,
}
NEWER_DESCRIPTION: Final = (
    "Gives timely, specific feedback that students use to revise their work, and changes the teaching by "
    "what the revisions show."
)


def _criterion(name: str, code: str) -> Document:
    levels = (
        ("developing", "Developing", "Feedback is general or comes late."),
        ("proficient", "Proficient", "Feedback is specific and comes in time to be used."),
        ("distinguished", "Distinguished", "Students ask for it, and give it to each other."),
    )
    return {
        "id": code,
        "name": name,
        "resultType": "RubricCriterionLevel",
        "requiredLevel": "proficient",
        "rubricCriterionLevel": [
            {"id": level, "name": title, "description": text} for level, title, text in levels
        ],
    }


_RUBRIC: Final = [
    _criterion("Quality of feedback", "quality"),
    _criterion("Student use of feedback", "use"),
    _criterion("Reflection", "reflection"),
]
_FEEDBACK: Final[Document] = {
    "name": "Feedback that Moves Learning",
    "description": "Gives timely, specific feedback that students use to revise their work.",
    "criteria": {
        "narrative": "Submit:\n\n- a lesson plan with a *feedback protocol*\n- six samples of student work\n"
        "- a written reflection\n\nTwo trained assessors score them within 14 business days."
    },
    "resultDescription": _RUBRIC,
    "alignment": [
        {
            "targetName": "Assessment",
            "targetFramework": "InTASC Model Core Teaching Standards",
            "targetCode": "6",
            "targetUrl": "https://frameworks.example.org/intasc/6",
        },
        {"targetName": "Planning for instruction", "targetUrl": "https://frameworks.example.org/intasc/7"},
    ],
    "creditsAvailable": 15,
    "validity": {"for": "P5Y", "endsOn": "06-30"},
    "suspendable": True,
    "repeat": "always",
    "tag": ["feedback", "writing"],
}
_PLAIN: Final[Document] = {
    "description": "Asks questions that make students think.",
    "criteria": {"narrative": "Teach one lesson."},
}
ACHIEVEMENTS: Final[dict[str, Document]] = {
    "MC-FEEDBACK": _FEEDBACK,
    "MC-SHORT": {**_FEEDBACK, "name": "Feedback in Writing Workshops", "validity": {"for": "P1Y"}},
    "MC-QUESTIONS": {**_PLAIN, "name": "Questions that Open Minds"},
    "MC-PICTURE": {**_PLAIN, "name": "Listening in Pairs"},
    "MC-LONG": {
        **_FEEDBACK,
        "name": "Assessment for Learning Across the Disciplines: Planning, Giving, Receiving and Acting on "
        "Feedback in Multilingual Elementary Classrooms of Mixed Ages",
        "description": "Plans, gives, receives and acts on feedback in every subject. " * 6,
    },
    "MC-ARABIC": {
        **_PLAIN,
        "name": "تغذية راجعة تحرك التعلم",
        "description": "يقدم تغذية راجعة محددة في وقتها يستخدمها الطلاب لمراجعة عملهم.",
        "inLanguage": "ar",
    },
    "MC-STACK": {**_PLAIN, "name": "Feedback Lead", "achievementType": "Certification"},
}
PATHWAYS: Final[dict[str, Document]] = {
    "FEEDBACK-LEAD": {
        "name": "Feedback Lead",
        "description": "Leads the feedback practice of a school.",
        "requires": {
            "all": [
                {"badge": "MC-FEEDBACK", "minLevel": "proficient"},
                {"any": 2, "of": ["MC-QUESTIONS", "MC-PICTURE", "MC-LONG"], "label": {"en": "Practice"}},
            ]
        },
        "achievement": "MC-STACK",
    },
    "CLASSROOM-TALK": {
        "name": "Classroom Talk",
        "description": "Makes room for everybody to speak, and to be heard.",
        "requires": {
            "points": 4,
            "of": [
                {"badge": "MC-QUESTIONS", "weight": 2},
                {"badge": "MC-PICTURE", "weight": 2},
                {"badge": "MC-ARABIC", "weight": 1},
            ],
        },
        "grant": "review",
    },
}

ROSA: Final[Document] = {"email": "rosa@alder.example", "name": "Rosa Delgado", "role": "Grade 4 teacher"}
FULL_EVENT: Final[Document] = {
    "recipient": ROSA,
    "activity": {"startDate": "2025-02-03", "endDate": "2025-05-05"},
    "assessment": {
        "method": "Two trained assessors against the published rubric",
        "assessor": {"organization": "Alder County School District", "role": "Trained assessor"},
        "results": [
            {"criterion": "quality", "level": "distinguished"},
            {"criterion": "use", "level": "proficient"},
            {"criterion": "reflection", "level": "proficient"},
        ],
    },
    "evidence": [
        {
            "name": "Lesson plan with feedback protocol",
            "genre": "document",
            "description": "Two-week unit, grade 4 writing",
        },
        {"name": "Six work samples with feedback and revisions", "genre": "portfolio"},
        {
            "name": "Written reflection, 600 words",
            "genre": "text",
            "url": "https://alder.example/reflections/a-long-address-that-has-to-break-somewhere.pdf",
            "visibility": "public",
        },
    ],
    "credit": [{"type": "clock_hour", "amount": 15}],
    "narrative": "Students revised after every round of feedback, and began to ask each other for it.",
}
_NAMED: Final[Document] = {"recipient": ROSA}


def _of(name: str, email: str) -> Document:
    return {"recipient": {"name": name, "email": email}}


EVENTS: Final[dict[str, tuple[str, Document]]] = {
    "full": ("MC-FEEDBACK", FULL_EVENT),
    "minimal": ("MC-QUESTIONS", {"recipient": {"email": "juan@alder.example"}}),
    "on-hold": ("MC-FEEDBACK", FULL_EVENT),
    "withdrawn": ("MC-FEEDBACK", FULL_EVENT),
    "replaced": ("MC-FEEDBACK", FULL_EVENT),
    "not-yet": ("MC-FEEDBACK", FULL_EVENT),
    "private": ("MC-QUESTIONS", {**_NAMED, "visibility": "private"}),
    "erased": ("MC-FEEDBACK", _of("Erna Vega", "erna@alder.example")),
    "initials": ("MC-QUESTIONS", _of("Juan Carlos Vega", "vega@alder.example")),
    "picture": ("MC-PICTURE", {**_NAMED, "visibility": "listed"}),
    "long": ("MC-LONG", {**FULL_EVENT, **_of(LONG_NAME, "long@alder.example")}),
    "arabic": ("MC-ARABIC", _of("عائشة بنت خالد الأنصاري", "aisha@alder.example")),
    "stack": ("MC-STACK", _NAMED),
}
"""One award for each state: what was earned, and what the platform sent about it."""
