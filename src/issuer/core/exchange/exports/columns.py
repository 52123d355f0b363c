"""The columns of an export, in their order: what each is, and how it reads in each format."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["string", "integer", "number", "date", "datetime", "boolean", "list"]
"""A list is an array in NDJSON, and the same array as JSON text in formats whose cells are flat."""


@dataclass(frozen=True)
class Column:
    """One column. A profile may leave out only what is not `required`: without the others no row is a row."""

    name: str
    kind: Kind
    means: str
    required: bool = False


COLUMNS: Final = (
    Column(
        "seq", "integer", "Position of the change: of two rows for one badge the larger counts", required=True
    ),
    Column("op", "string", "upsert: load the row. delete: remove it", required=True),
    Column("updated_at", "datetime", "When the row was written", required=True),
    Column(
        "credential_id",
        "string",
        "The badge's address, its key for ever (Ed-Fi CredentialIdentifier)",
        required=True,
    ),
    Column("version", "integer", "1, and one more with every correction", required=True),
    Column("supersedes", "string", "SHA-256 of the signed file that the correction replaced"),
    Column("status", "string", "active, expired, suspended, revoked or superseded", required=True),
    Column("status_changed_at", "datetime", "When the status became this"),
    Column("status_reason", "string", "Public reason of a withdrawal or a hold"),
    Column("state_educator_id", "string", "Identifier at the state, checked when the badge was issued"),
    Column("state_educator_id_type", "string", "Its type, such as ext:us-pa-ppid"),
    Column("given_name", "string", "Given name, as the learning platform told it"),
    Column("family_name", "string", "Family name, as the learning platform told it"),
    Column("name_at_award", "string", "Name as it stands in the signed badge"),
    Column("employer_nces_lea_id", "string", "The employer's NCES number (LEA)"),
    Column("employer_name", "string", "The employer"),
    Column("achievement_code", "string", "The programme's code of the competency", required=True),
    Column("achievement_id", "string", "Address of the achievement", required=True),
    Column("achievement_version", "integer", "Version of the achievement that was signed", required=True),
    Column("achievement_name", "string", "Name of the achievement", required=True),
    Column("achievement_type", "string", "Open Badges achievementType", required=True),
    Column("state_provider_number", "string", "Approved-provider number, as the profile has it"),
    Column("state_activity_number", "string", "Course number at the state, as the profile has it"),
    Column("issuer_id", "string", "DID of the issuer", required=True),
    Column("issuer_name", "string", "Name of the issuer", required=True),
    Column("issuer_nces_lea_id", "string", "The issuer's NCES number (LEA)"),
    Column("activity_start", "date", "First day of the activity"),
    Column("activity_end", "date", "Last day of the activity"),
    Column(
        "awarded_date",
        "date",
        "Day of the award (Ed-Fi IssuanceDate), the same after a correction",
        required=True,
    ),
    Column("valid_from", "datetime", "Valid from (Ed-Fi EffectiveDate)", required=True),
    Column("valid_until", "datetime", "Valid until (Ed-Fi ExpirationDate)"),
    Column("credit_type", "string", "Type of the first credit that counts in the profile's jurisdiction"),
    Column("credit_amount", "number", "Its amount"),
    Column("credit_category", "string", "Its category"),
    Column("credit_jurisdiction", "string", "Where it counts"),
    Column("credits", "list", "All credit that counts in the profile's jurisdiction"),
    Column("overall_result", "string", "Level over all, as the assessor summed it up"),
    Column("rubric_score", "number", "Points over all"),
    Column("rubric_results", "list", "Criterion and level, one for each criterion"),
    Column("assessor_org", "string", "Organisation of the assessor"),
    Column("assessor_role", "string", "Role of the assessor"),
    Column("assessment_method", "string", "How it was assessed"),
    Column("evidence_count", "integer", "Pieces of evidence"),
    Column("evidence_kinds", "list", "Their genres. Never a link, never student data"),
    Column("alignment_codes", "list", "framework:code of what the achievement is aligned to"),
    Column("stack_components", "list", "Addresses of the badges of which a stack is made"),
    Column("page_url", "string", "The badge's page", required=True),
    Column("credential_url", "string", "The signed file", required=True),
    Column("content_sha256", "string", "SHA-256 of the signed file, byte for byte", required=True),
    Column(
        "row_sha256",
        "string",
        "SHA-256 of the row without seq, op, updated_at and itself: to reconcile",
        required=True,
    ),
)

CREDENTIAL: Final = Column("credential", "string", "The signed file itself, byte for byte", required=True)
"""A column of the variant that has the signed credential in each row."""

TOMBSTONE: Final = (
    "seq",
    "op",
    "credential_id",
    "state_educator_id",
    "state_educator_id_type",
    "achievement_code",
    "awarded_date",
    "deleted_at",
    "reason",
)
"""What a row of a badge that leaves has: its key, and what tells it where the key was not stored."""

NAMES: Final = tuple(each.name for each in COLUMNS)
REQUIRED: Final = frozenset(each.name for each in COLUMNS if each.required)
BY_NAME: Final = {each.name: each for each in (*COLUMNS, CREDENTIAL)}
