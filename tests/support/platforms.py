"""What learning platforms send, each built after its own public documentation."""

from issuer.core.documents import Document

CANVAS: Document = {
    "metadata": {
        "event_name": "learning_outcome_result_created",
        "event_time": "2026-05-09T21:35:06.000Z",
        "root_account_uuid": "VicYj3cu5BIFpoZhDVU4DZumnlBrWi1grgJEzADs",
        "producer": "canvas",
        "job_id": "1020020528469291",
    },
    "body": {
        "learning_outcome_id": "1",
        "mastery": True,
        "original_mastery": False,
        "score": 5,
        "possible": 5,
        "percent": 1,
        "attempt": 1,
        "assessed_at": "2026-05-09T21:35:05Z",
        "created_at": "2026-05-09T21:35:05Z",
        "user_uuid": "elXwFPr6uKGaQj",
        "artifact_id": "22",
        "artifact_type": "RubricAssessment",
        "associated_asset_id": "56",
        "associated_asset_type": "Assignment",
    },
}
"""canvas-lms, Data Services, "learning_outcome_result_created"."""

MOODLE: Document = {
    "eventname": "\\core\\event\\competency_user_competency_rated_in_course",
    "component": "core",
    "action": "rated",
    "target": "user_competency",
    "objecttable": "competency_usercompcourse",
    "objectid": 77,
    "userid": "2",
    "relateduserid": "15",
    "courseid": "3",
    "contextid": 2,
    "other": {"competencyid": 12, "grade": 2},
    "timecreated": 1778362505,
    "host": "moodle.example.edu",
    "token": "a-token",
    "extra": "",
}
"""Moodle core, competency events; the envelope is that of plugins which post events."""

OPEN_EDX: Document = {
    "specversion": "1.0",
    "type": "org.openedx.learning.course.passing.status.updated.v1",
    "id": "5ac6fa1c-1d0a-11ef-a2b1-0242ac150007",
    "source": "openedx/lms/web",
    "time": "2026-05-09T21:35:05.000000+00:00",
    "data": {
        "course_passing_status": {
            "is_passing": True,
            "course": {"course_key": "course-v1:Alder+FEEDBACK+2026", "display_name": "Feedback"},
            "user": {
                "id": 4411,
                "is_active": True,
                "pii": {"username": "rivera", "email": "rivera@alder.example", "name": "Maria Rivera"},
            },
        }
    },
}
"""openedx-events, learning: CoursePassingStatusData."""

CALIPER: Document = {
    "sensor": "https://example.edu/sensors/1",
    "sendTime": "2026-05-09T21:35:07.000Z",
    "dataVersion": "http://purl.imsglobal.org/ctx/caliper/v1p2",
    "data": [
        {
            "@context": "http://purl.imsglobal.org/ctx/caliper/v1p2",
            "id": "urn:uuid:a50ca17f-5971-47bb-8fca-4e6e6879001d",
            "type": "GradeEvent",
            "actor": {"id": "https://example.edu/autograder", "type": "SoftwareApplication"},
            "action": "Graded",
            "object": {
                "id": "https://example.edu/assess/1/users/554433/attempts/1",
                "type": "Attempt",
                "assignee": "https://example.edu/users/554433",
                "assignable": {"id": "https://example.edu/assess/1", "type": "Assessment"},
                "count": 1,
            },
            "eventTime": "2026-05-09T21:35:05.000Z",
            "generated": {
                "id": "https://example.edu/assess/1/users/554433/attempts/1/scores/1",
                "type": "Score",
                "maxScore": 15.0,
                "scoreGiven": 12.0,
                "scoredBy": "https://example.edu/autograder",
            },
        }
    ],
}
"""Caliper Analytics 1.2, GradeEvent in an envelope."""

XAPI: Document = {
    "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
    "actor": {
        "objectType": "Agent",
        "name": "Maria Rivera",
        "account": {"homePage": "https://lms.example.edu", "name": "t-4411"},
    },
    "verb": {"id": "https://w3id.org/xapi/tla/verbs/conferred", "display": {"en": "conferred"}},
    "object": {"id": "https://case.example.org/uri/74f5bb7d-d7cc-11e8-824f-0242ac160002"},
    "result": {"success": True, "score": {"scaled": 0.92}},
    "context": {"instructor": {"mbox": "mailto:coach@alder.example"}},
    "timestamp": "2026-05-09T21:35:05Z",
}
"""xAPI 1.0.3 statement with a verb of the TLA profile."""

AGS_RESULT: Document = {
    "id": "https://lms.example.com/context/2923/lineitems/1/results/5323497",
    "scoreOf": "https://lms.example.com/context/2923/lineitems/1",
    "userId": "5323497",
    "resultScore": 0.83,
    "resultMaximum": 1,
    "comment": "This is exceptional work.",
}
"""LTI Assignment and Grade Services 2.0, Result service."""

AGS_SCORE: Document = {
    "timestamp": "2026-05-09T21:35:05.739Z",
    "scoreGiven": 83,
    "scoreMaximum": 100,
    "activityProgress": "Completed",
    "gradingProgress": "FullyGraded",
    "userId": "5323497",
    "scoreOf": "https://lms.example.com/context/2923/lineitems/1",
}
"""LTI Assignment and Grade Services 2.0, Score publish service."""
