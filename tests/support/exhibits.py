"""The pages of a gallery: what each is called, where it is, and what is typed to get there."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from playwright.sync_api import Page

Language: TypeAlias = Literal["en", "es"]


@dataclass(frozen=True)
class Exhibit:
    """A page. With `typed`, what its address shows is a form, and the page is the answer to it."""

    name: str
    path: str
    status: int = 200
    typed: tuple[tuple[str, str], ...] = ()
    sends: str = ""

    def open(self, page: Page, url: str, lang: Language) -> None:
        """Lead a browser to the page."""
        sign = "&" if "?" in self.path else "?"
        answer = page.goto(f"{url}{self.path}{sign}lang={lang}")
        assert answer is not None, self.name
        if self.sends:
            for field, text in self.typed:
                page.locator(f"#{field}").fill(text)
            with page.expect_navigation() as found:
                page.locator(self.sends).click()
            answer = found.value
        assert answer.status == self.status, (self.name, answer.status)


def of_issuer(slug: str) -> list[Exhibit]:
    """Return the pages of an issuer and of what it awards, and those that say how it treats people."""
    home = f"/i/{slug}"
    return [
        Exhibit("issuer", home),
        Exhibit("achievement", f"{home}/a/MC-FEEDBACK"),
        Exhibit("achievement-older", f"{home}/a/MC-FEEDBACK/v1"),
        Exhibit("achievement-retired", f"{home}/a/MC-SHORT"),
        Exhibit("achievement-picture", f"{home}/a/MC-PICTURE"),
        Exhibit("accessibility", f"/accessibility?issuer={slug}"),
        Exhibit("privacy", f"/privacy?issuer={slug}"),
        Exhibit("policy", f"/policy?issuer={slug}"),
        Exhibit("error-404", f"{home}/a/NOTHING", 404),
        Exhibit("problem", "/problems/conflict"),
    ]


def of_programs(asked: str, link: str) -> list[Exhibit]:
    """Return the pages on which a holder says who they are, and whether a program may do what it asks."""
    return [
        Exhibit("consent", asked),
        Exhibit("consent-mistake", asked, 422, (("link", "nothing"),), "button[value=show]"),
        Exhibit("consent-answer", asked, 200, (("link", link.rpartition("/")[2]),), "button[value=show]"),
    ]


def of_pathways(slug: str, tokens: dict[str, str]) -> list[Exhibit]:
    """Return the pages of pathways, and the frames with what three people have of one."""
    home = f"/i/{slug}/p"
    frame = f"/embed{home}/FEEDBACK-LEAD"
    return [
        Exhibit("pathway", f"{home}/FEEDBACK-LEAD"),
        Exhibit("pathway-points", f"{home}/CLASSROOM-TALK"),
        Exhibit("embed-progress-full", f"{frame}?t={tokens['full']}"),
        Exhibit("embed-progress-half", f"{frame}?t={tokens['minimal']}"),
        Exhibit("embed-progress-none", f"{frame}?t={tokens['arabic']}"),
        Exhibit("embed-progress-unknown", frame, 404),
    ]


def of_badges(badges: dict[str, str]) -> list[Exhibit]:
    """Return what else shows a badge: frames, certificates, the comparison with a person."""
    frames = ("full", "withdrawn", "private")
    sheets = ("full", "expired", "withdrawn", "long", "arabic")
    asked = {"match": "rosa@alder.example", "no-match": "juan@alder.example"}
    compare = f"form[action*='{badges['full']}'] button"
    return [
        *(Exhibit(f"embed-{name}", f"/embed{badges[name]}", _FRAMED.get(name, 200)) for name in frames),
        *(Exhibit(f"certificate-{name}", f"{badges[name]}?print=1") for name in sheets),
        *(
            Exhibit(f"person-{name}", badges["full"], typed=(("email", email),), sends=compare)
            for name, email in asked.items()
        ),
        Exhibit("person-mistake", badges["full"], 422, (("email", "nobody"),), compare),
    ]


_FRAMED = {"private": 403}


def of_checks(badge: str, files: dict[str, str]) -> list[Exhibit]:
    """Return the form that checks a badge, and its answers."""
    person = ("person", "rosa@alder.example")
    answered = {
        "valid": (("link", badge.rpartition("/")[2]), person),
        **{f"{name}": (("text", files[name]),) for name in ("expired", "withdrawn", "on-hold", "altered")},
        "unreadable": (("text", "Not a badge."),),
    }
    return [
        Exhibit("verify", "/verify"),
        Exhibit("verify-mistake", "/verify", 422, sends="form button"),
        *(
            Exhibit(f"verify-{name}", "/verify", typed=typed, sends="form button")
            for name, typed in answered.items()
        ),
    ]
