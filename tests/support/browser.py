"""A real browser for tests: how it is started, what it is told to be, and the rules of axe-core in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, TypeAlias

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

Scheme: TypeAlias = Literal["light", "dark"]

PHONE: Final[ViewportSize] = {"width": 320, "height": 568}
DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 800}
AXE: Final = Path(__file__).parents[1] / "conformance/javascript/node_modules/axe-core/axe.min.js"
_QUIET: Final = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
_RUN: Final = """async (rules) => {
  const found = await axe.run(document, {resultTypes: ['violations'], ...rules});
  return found.violations.map(each => `${each.id}: ${each.nodes.map(node =>
    `${node.target.join(' ')} (${node.failureSummary})`).join('; ')}`);
}"""
_TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_ALL: Final[dict[str, object]] = {
    "runOnly": {"type": "tag", "values": _TAGS},
    "rules": {"target-size": {"enabled": True}},
}


@contextmanager
def running() -> Iterator[Browser]:
    """Yield a browser. Without one the test skips, or fails where nothing may skip."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        _missing("no Chromium is installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=_QUIET)
        yield browser
        browser.close()


@contextmanager
def reading(
    browser: Browser,
    size: ViewportSize = PHONE,
    *,
    scheme: Scheme = "light",
    scale: float = 1,
    scripts: bool = False,
) -> Iterator[Page]:
    """Yield a page of a new visitor, who runs no scripts unless they are asked for."""
    context: BrowserContext = browser.new_context(
        java_script_enabled=scripts,
        viewport=size,
        device_scale_factor=scale,
        color_scheme=scheme,
        locale="en-US",
    )
    yield context.new_page()
    context.close()


@contextmanager
def measuring(browser: Browser, size: ViewportSize = DESKTOP) -> Iterator[Page]:
    """Yield a page into which axe-core may be put, which its own policy would not let in."""
    context = browser.new_context(viewport=size, bypass_csp=True, locale="en-US")
    context.set_default_timeout(60_000)
    if AXE.exists():
        context.add_init_script(path=AXE)  # sending it to each page takes three times as long
    yield context.new_page()
    context.close()


def broken(page: Page, *only: str) -> list[str]:
    """Return which rules of axe-core a page breaks and where: WCAG 2.2 A and AA, and best practices.

    `only` names the rules to ask for, where not all of them matter.
    """
    if not AXE.exists():
        _missing("axe-core is not installed: run npm ci in tests/conformance/javascript")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    rules = {"runOnly": {"type": "rule", "values": list(only)}} if only else _ALL
    found: list[str] = page.evaluate(_RUN, rules)
    return found


def _missing(reason: str) -> None:
    if os.environ.get("ISSUER_TEST_REQUIRE_ALL"):  # noqa: TID251
        pytest.fail(reason)
    pytest.skip(reason)
