"""From what is stored to the pages that people read."""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import Request, Response

from issuer.context import Context
from issuer.core.verifying.report import Report
from issuer.db.tables import AchievementVersion, Tenant
from issuer.errors import IssuerError
from issuer.services.standing import PublicBadge


def badge_page(request: Request, context: Context, badge: PublicBadge, report: Report) -> tuple[str, str]:
    return f"<h1>{report.result}</h1>", "default-src 'none'"


def issuer_page(request: Request, context: Context, tenant: Tenant, codes: Sequence[str]) -> tuple[str, str]:
    return "", ""


def achievement_page(
    request: Request, context: Context, tenant: Tenant, version: AchievementVersion, *, retired: bool
) -> tuple[str, str]:
    return "", ""


def problem_page(request: Request, code: str) -> tuple[str, str]:
    return "", ""


def error_page(request: Request, error: IssuerError) -> Response | None:
    return None


def status_page(request: Request, status: HTTPStatus, code: str) -> Response | None:
    return None
