"""Lists of known issuers: their forms, what is refused, and what stays when one cannot be had."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from issuer.core.verifying import recognition
from issuer.core.verifying.recognition import Registry, UnreadableRegistry
from issuer.errors import Unavailable
from issuer.services import registries
from issuer.services.registries import Registries, RegistryMissing
from tests.support.world import NOW, Clock

ALDER, GUILD = "did:web:badges.alder.example", "https://guild.example/issuer"
ADDRESS = "https://lists.example/known.json"
CONSORTIUM = json.dumps(
    {
        "meta": {"created": "2020-12-02", "updated": "2026-05-01T10:00:00Z"},
        "registry": {ALDER: {"name": "Alder", "location": "Alder, WA", "url": "https://alder.example"}},
    }
)
ALLOWED = json.dumps({ALDER: {"name": "Alder"}, GUILD: {"name": "A Makers' Guild"}})
YAML = f"# who is known here\n{ALDER}:\n  name: Alder\n{GUILD}:\n  name: A Makers' Guild\n"


@dataclass
class Site:
    """What is published at an address, or None while nothing answers there."""

    published: str | None = CONSORTIUM
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if self.published is None:
            raise Unavailable("the site did not answer")
        return self.published.encode()


def nobody(url: str) -> bytes:
    raise AssertionError(url)


def file(folder: Path, text: str, name: str = "known.json") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def who(found: Sequence[Registry], issuer: str = ALDER) -> str | None:
    return recognition.recognized_by(issuer, found)


class TestForms:
    def test_the_form_of_the_consortium_says_its_own_date(self, tmp_path: Path) -> None:
        found = registries.read(file(tmp_path, CONSORTIUM), nobody, NOW)

        assert found == Registry("known.json", "2026-05-01T10:00:00Z", frozenset({ALDER}))
        assert who([found]) == "known.json (2026-05-01T10:00:00Z)"

    def test_an_allow_list_has_the_date_on_which_it_was_read(self, tmp_path: Path) -> None:
        found = registries.read(file(tmp_path, ALLOWED), nobody, NOW)

        assert found == Registry("known.json", "2026-06-12", frozenset({ALDER, GUILD}))

    @pytest.mark.parametrize("name", ["known.yaml", "known.yml"])
    def test_yaml_is_read_as_well(self, tmp_path: Path, name: str) -> None:
        assert registries.read(file(tmp_path, YAML, name), nobody, NOW).issuers == {ALDER, GUILD}

    def test_an_address_is_fetched_and_the_list_is_called_by_its_file(self) -> None:
        site = Site()

        assert registries.read(ADDRESS, site, NOW).name == "known.json"
        assert site.asked == [ADDRESS]

    def test_nobody_is_known_by_an_empty_list(self, tmp_path: Path) -> None:
        assert who([registries.read(file(tmp_path, "{}"), nobody, NOW)]) is None

    def test_the_first_list_that_knows_an_issuer_is_named(self) -> None:
        lists = [Registry("a", "2026", frozenset({GUILD})), Registry("b", "2025", frozenset({ALDER, GUILD}))]

        assert (who(lists, GUILD), who(lists)) == ("a (2026)", "b (2025)")

    @pytest.mark.parametrize("issuer", [ALDER + "x", ALDER.upper(), "", "did:web:badges.alder.example:i:x"])
    def test_an_issuer_is_known_by_its_whole_id_alone(self, issuer: str) -> None:
        assert who([Registry("a", "2026", frozenset({ALDER}))], issuer) is None


class TestRefused:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "nonsense",
            "[]",
            '["did:web:a.example"]',
            '{"registry": []}',
            '{"registry": ["did:web:a.example"]}',
            '{"registry": null}',
            '{"Alder": {"name": "Alder"}}',
            '{"issuers": {"did:web:a.example": {}}}',
            '{"javascript:alert(1)": {}}',
            json.dumps({ALDER: {}, "alder.example": {}}),
            '{"did:web:a.example": {}, "did:web:a.example": {}}',
            json.dumps({f"did:web:{number}.example": {} for number in range(50_001)}),
        ],
    )
    def test_a_file_of_another_kind_is_refused_by_name(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(UnreadableRegistry, match=r"known\.json"):
            registries.read(file(tmp_path, text), nobody, NOW)

    @pytest.mark.parametrize("text", ["- a\n", "a: [", "&a [*a]", f"{ALDER}: !!python/object:os.system {{}}"])
    def test_yaml_of_another_kind_is_refused_by_name(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(UnreadableRegistry, match=r"known\.yaml"):
            registries.read(file(tmp_path, text, "known.yaml"), nobody, NOW)

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(RegistryMissing, match=r"gone\.json"):
            registries.read(str(tmp_path / "gone.json"), nobody, NOW)

    def test_a_wrong_file_is_seen_before_anything_is_verified(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableRegistry):
            Registries([file(tmp_path, "nonsense")], nobody, Clock())


class TestHeld:
    def test_an_address_is_asked_when_first_needed_and_then_once_a_day(self) -> None:
        site, clock = Site(), Clock()
        found = Registries([ADDRESS], site, clock)
        assert site.asked == []

        for hours in (0, 1, 22):
            clock.move(hours=hours)
            assert who(found()) == "known.json (2026-05-01T10:00:00Z)"
        assert len(site.asked) == 1

        clock.move(hours=2)
        found()
        assert len(site.asked) == 2

    def test_a_list_stays_as_it_was_while_its_site_is_silent(self) -> None:
        site, clock = Site(), Clock()
        found = Registries([ADDRESS], site, clock)
        found()
        site.published = None

        for _ in range(3):
            clock.move(days=2)
            assert who(found()) == "known.json (2026-05-01T10:00:00Z)"

    def test_a_list_stays_as_it_was_where_rubbish_is_published(self) -> None:
        site, clock = Site(), Clock()
        found = Registries([ADDRESS], site, clock)
        found()
        site.published = "<html>404</html>"
        clock.move(days=2)

        assert who(found()) is not None

    def test_a_silent_site_is_asked_again_after_a_while_and_not_at_each_badge(self) -> None:
        site, clock = Site(published=None), Clock()
        found = Registries([ADDRESS], site, clock)

        for _ in range(10):
            assert found() == ()
        assert len(site.asked) == 1

        site.published = CONSORTIUM
        clock.now += timedelta(minutes=6)
        assert who(found()) is not None

    def test_one_list_that_fails_takes_no_other_with_it(self, tmp_path: Path) -> None:
        found = Registries([ADDRESS, file(tmp_path, ALLOWED)], Site(published=None), Clock())

        assert who(found(), GUILD) == "known.json (2026-06-12)"

    def test_a_file_that_changed_is_read_again_and_one_that_went_stays(self, tmp_path: Path) -> None:
        source, clock = file(tmp_path, ALLOWED), Clock()
        found = Registries([source], nobody, clock)
        file(tmp_path, CONSORTIUM)

        assert who(found(), GUILD) is not None
        clock.move(days=2)
        assert who(found(), GUILD) is None
        Path(source).unlink()
        clock.move(days=2)
        assert who(found()) == "known.json (2026-05-01T10:00:00Z)"

    def test_the_lists_stay_in_the_order_given(self, tmp_path: Path) -> None:
        sources = [ADDRESS, file(tmp_path, ALLOWED, "ours.json"), file(tmp_path, YAML, "more.yaml")]

        found = Registries(sources, Site(), Clock())()

        assert [each.name for each in found] == ["known.json", "ours.json", "more.yaml"]
