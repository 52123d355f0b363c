"""The page of a holder's link in a real browser, with scripts off."""

import httpx
import pytest
from playwright.sync_api import Page

from tests.integration.test_browser import browser, page
from tests.support import server
from tests.support.world import World

__all__ = ["browser", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ROSA = {"email": "rosa@alder.example", "name": "Rosa Maximiliana Delgado-Featherstonehaugh"}


def awarded(world: World, url: str) -> dict[str, str]:
    event = world.event(recipient=ROSA)
    found: dict[str, str] = httpx.post(f"{url}/v1/events", json=event, headers=world.headers).json()
    return found


def test_a_teacher_hides_a_badge_and_shares_it_with_one_person(alder: World, page: Page) -> None:
    with server.local(alder) as (world, url):
        answer = awarded(world, url)
        page.goto(answer["holder_url"])

        page.get_by_text("Who can see it:").click()
        page.get_by_text("Only me", exact=True).click()
        page.get_by_role("button", name="Save").first.click()

        assert page.get_by_role("status").inner_text().startswith("Saved. Nobody but you")
        shared = page.locator(".url").inner_text()
        assert page.goto(answer["page_url"]) is not None
        assert "This badge is private" in page.content()
        page.goto(shared)
        assert "Verified: this badge is genuine and current" in page.content()
        page.get_by_role("link", name="Español").click()
        assert "Verificada" in page.content()


def test_a_teacher_shows_initials_and_reports_a_mistake(alder: World, page: Page) -> None:
    with server.local(alder) as (world, url):
        answer = awarded(world, url)
        page.goto(f"{answer['holder_url']}?lang=es")

        page.get_by_text("Nombre en la página:").click()
        page.get_by_label("Iniciales").check()
        page.get_by_role("button", name="Guardar").last.click()
        named = page.get_by_role("status").inner_text()
        page.get_by_text("Avisar de un error").click()
        page.get_by_label("¿Qué está mal?").fill("El apellido.\nFalta una letra.")
        page.get_by_role("button", name="Enviar").click()

        assert named == "Guardado. Ahora la página muestra sus iniciales."
        assert page.get_by_role("status").inner_text().startswith("Enviado.")
        page.goto(answer["page_url"])
        assert "R. M. D." in page.content()
        assert "Rosa" not in page.content()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_it_fits_a_small_phone_asks_nobody_else_and_breaks_no_rule(
    alder: World, page: Page, lang: str
) -> None:
    with server.local(alder) as (world, url):
        answer = awarded(world, url)
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))

        page.goto(f"{answer['holder_url']}?lang={lang}")
        for summary in page.locator("summary").all():
            summary.click()

        width = page.locator("html").bounding_box()
        widest = max(
            (box["x"] + box["width"])
            for box in (each.bounding_box() for each in page.locator("main *:visible").all())
            if box
        )
        assert width is not None
        assert width["width"] <= 320
        assert widest <= 320
        assert {address.split("?")[0] for address in asked if not address.endswith("/favicon.ico")} == {
            answer["holder_url"]
        }
        assert not [each for each in said if "Content Security Policy" in each]
