"""Rules of the house that no linter knows."""

import inspect
import json
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import issuer
from issuer import db
from issuer.core.credentials import lint, rules
from issuer.core.verifying import report
from issuer.errors import IssuerError
from issuer.web import problems

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
ACROSS_TENANTS = {
    "tenants.all_tenants": "the operator's list",
    "tenants.by_slug": "an address names its tenant",
    "tenants.real": "what an origin shows of all its issuers",
    "tenants.trials_of": "the sandbox of the tenant that is given",
    "tenants.owner_of_trials": "the tenant whose sandbox is given",
    "sources.at_inbox": "an inbox names its source, and its secret opens it",
    "dead_letters.is_any_settled": "what the worker forgets, of whatever tenant",
    "dead_letters.forget_settled": "what the worker forgets, of whatever tenant",
    "tenants.at_origin": "an origin names its tenants",
    "tenants.owner_of": "an origin names its tenant",
    "clients.by_id": "an API key names its tenant",
    "credentials.public_row": "a public id is its own secret",
    "holdings.by_link": "a link names its person, and is sealed with the tenant's secret",
    "people.follow": "asked by `holdings.by_link` alone, of the person that a link names",
    "credentials.unfinished": "the worker serves every tenant",
    "credentials.unsigned": "drafts of several tenants are finished together",
    "credentials.publish": "drafts of several tenants are published together",
    "endings.ended": "the worker serves every tenant",
    "endings.announce": "the worker serves every tenant",
    "outbox.add": "drafts of several tenants are published together",
    "status_lists.by_number": "a list's address names its tenant",
    "versions.of_file": "a public id is its own secret",
    "versions.of_badge": "a public id is its own secret",
    "versions.of_issuer": "an address names its tenant",
    "versions.of_status_list": "a list's address names its tenant",
    "claims.drafts": "the worker serves every tenant",
    "claims.lists": "the worker serves every tenant",
    "claims.settle": "the worker serves every tenant",
    "claims.hand_back": "the worker serves every tenant",
    "claims.webhooks": "the worker serves every tenant",
    "outbox_reading.is_anything_new": "the worker serves every tenant",
    "outbox_reading.take": "the worker serves every tenant",
    "webhook_deliveries.is_any_due": "the worker serves every tenant",
    "webhook_deliveries.is_any_over": "the worker serves every tenant",
    "webhook_deliveries.add": "messages of several tenants are passed on together",
    "webhook_deliveries.settle": "a delivery's key names its tenant",
    "webhook_deliveries.forget": "the worker serves every tenant",
    "claims.letters": "the worker serves every tenant",
    "letters.is_any_due": "the worker serves every tenant",
    "letters.add": "messages of several tenants are passed on together",
    "letters.addressed": "the worker serves every tenant",
    "letters.settle": "a letter's key names its tenant",
    "letters.is_any_over": "the worker serves every tenant",
    "letters.forget": "the worker serves every tenant",
    "claims.exports": "the worker serves every tenant",
    "export_changes.exporting": "messages of several tenants are passed on together",
    "export_changes.hold": "one process at a time gives out positions, of whatever tenant",
    "exports.of_order": "an order's key names its profile, and the worker serves every tenant",
    "exports.forget": "the worker serves every tenant",
    "exports.is_any_over": "the worker serves every tenant",
    "requests.add": "calls of several tenants are written down together",
    "requests.is_any_before": "the worker serves every tenant",
    "requests.forget": "the worker serves every tenant",
    "webhooks.listening": "messages of several tenants are passed on together",
    "webhooks.owners": "the worker serves every tenant",
    "oauth.client": "a client that registered itself is of no tenant, and another's secret opens it",
    "oauth.code": "a code names its tenant, and is its own secret",
    "oauth.token": "a token names its tenant, and is its own secret",
    "oauth.held": "a token names its tenant, and is its own secret",
    "hosts.due": "the worker serves every tenant",
    "oauth.is_any_over": "the worker serves every tenant",
    "oauth.forget_over": "the worker serves every tenant",
}


def every_module() -> None:
    for found in pkgutil.walk_packages(issuer.__path__, "issuer."):
        import_module(found.name)


def every_error() -> list[type[IssuerError]]:
    every_module()
    found: list[type[IssuerError]] = []
    waiting: list[type[IssuerError]] = [IssuerError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    return [kind for kind in found if kind.__module__.startswith("issuer.")]


def test_no_file_has_more_than_300_lines() -> None:
    long = [f"{path}: {count}" for path in SOURCES if (count := len(path.read_text().splitlines())) > 300]

    assert long == []


def test_every_query_names_its_tenant_or_says_why_not() -> None:
    modules = [import_module(f"issuer.db.{found.name}") for found in pkgutil.iter_modules(db.__path__)]
    queries = {
        f"{module.__name__.rpartition('.')[2]}.{name}": list(inspect.signature(function).parameters)
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }

    loose = {
        name
        for name, parameters in queries.items()
        if parameters[:1] == ["session"] and parameters[1:2] != ["tenant_id"]
    }

    assert loose == set(ACROSS_TENANTS)


def test_every_error_has_a_code_of_its_own_and_explains_itself() -> None:
    kinds = every_error()
    codes = [kind.code for kind in kinds]

    assert sorted(codes) == sorted(set(codes))
    assert [kind for kind in kinds if not (kind.__doc__ or "").strip().endswith(".")] == []
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(-[a-z]+)*", code)] == []


def test_every_error_with_a_status_is_in_the_catalogue() -> None:
    assert set(problems.catalogue()) >= {kind.code for kind in every_error()}


def test_every_check_and_every_rule_has_a_name_of_its_own_and_a_citation() -> None:
    checks = [(check.id, check.citation) for check in report.CHECKS]
    named = [(rule.name, rule.citation) for rule in (*rules.RULES, *lint.OWN_RULES)]

    for found in (checks, named):
        assert len({name for name, _ in found}) == len(found)
        assert all(len(citation) > 10 for _, citation in found)


def test_the_exported_openapi_document_is_current() -> None:
    command = [sys.executable, "-c", "from issuer.cli import main; main()", "openapi"]

    printed = subprocess.run(command, capture_output=True, check=True).stdout

    assert json.loads(printed) == json.loads((ROOT / "openapi" / "openapi.json").read_bytes()), (
        "run `make openapi`"
    )


def test_the_readme_shows_the_command_line_as_it_is() -> None:
    command = [str(Path(sys.executable).parent / "issuer"), "--help"]
    environment = {"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1", "PATH": "/usr/bin:/bin"}

    printed = subprocess.run(command, capture_output=True, check=True, text=True, env=environment).stdout

    readme = (ROOT / "README.md").read_text()
    missing = [
        line for line in map(str.rstrip, printed.strip().splitlines()) if line.strip() and line not in readme
    ]
    assert missing == []


def test_the_locks_hold_hashes_and_no_addresses() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text
        assert re.findall(r"^[A-Za-z0-9._-]+(?:\[[^\]]*\])?==[^\\]*$", text, re.MULTILINE) == []
        assert all(re.fullmatch(r"[0-9a-f]{64}", found) for found in re.findall(r"--hash=sha256:(\S+)", text))


def test_every_document_link_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text())
        if not (page.parent / target).exists()
    ]

    assert broken == []
