"""Pictures that issuers upload: made safe, kept in a folder or in S3, served, and put into achievements."""

import contextlib
import importlib.util
import io
import multiprocessing
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Dialog, Page
from typing_extensions import override

from issuer.core.artwork import clean_png, clean_svg
from issuer.core.artwork.uploaded import UnreadableArtwork, UnsafeArtwork
from issuer.core.awarding.definition import Definition
from issuer.core.awarding.profile import Image as ProfileImage
from issuer.core.fields import InvalidFields
from issuer.db import achievements as achievement_rows
from issuer.db.public_tables import Artwork
from issuer.sandbox import recoding
from issuer.services import achievements, artwork, clients
from issuer.settings import Settings
from issuer.storage import choosing
from issuer.storage.folder import FolderStore
from issuer.storage.ports import ArtworkStore, DamagedArtwork, MisnamedArtwork, NotStored, StoreUnavailable
from tests.integration.test_browser import browser
from tests.integration.test_cli import run
from tests.support import hostile_pictures, pictures, server
from tests.support.hostile_pictures import svg
from tests.support.world import World, make_world

__all__ = ["browser"]

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CAPTION = "Two speech bubbles, one of them with a tick"
CONTENT = b"the bytes of a picture"
DIGEST = sha256(CONTENT).hexdigest()
BUCKET = "badge-artwork"
_START_SECONDS = 60


def png(color: str = "teal", size: tuple[int, int] = (400, 300)) -> bytes:
    found = io.BytesIO()
    Image.new("RGB", size, color).save(found, "PNG")
    return found.getvalue()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server that speaks like S3, with a bucket in it, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(port):
            assert time.monotonic() < deadline, "the server that speaks like S3 did not start"
            time.sleep(0.1)
        client = boto3.client(
            "s3",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="tests",
            aws_secret_access_key="tests",
        )
        client.create_bucket(Bucket=BUCKET)
        client.close()
        yield address
    finally:
        running.kill()
        running.wait()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ArtworkStore:
    if request.param == "folder":
        return choosing.store(Settings(artwork=str(tmp_path / "artwork")))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tests")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    endpoint = request.getfixturevalue("s3")
    return choosing.store(Settings(artwork=f"s3://{BUCKET}/{tmp_path.name}", artwork_endpoint=endpoint))


@pytest.fixture
def district(alder: World, tmp_path: Path) -> World:
    """An issuer whose pictures are in a folder."""
    return replace(alder, context=replace(alder.context, artwork=FolderStore(tmp_path / "artwork")))


@pytest.fixture
def site(district: World) -> Iterator[httpx.Client]:
    with server.serving(district.context) as client:
        yield client


def upload(site: httpx.Client, world: World, raw: bytes, caption: str = CAPTION) -> httpx.Response:
    return site.post("/v1/artwork", params={"caption": caption}, content=raw, headers=world.headers)


class TestStore:
    def test_what_is_put_is_got_and_once_more_changes_nothing(self, store: ArtworkStore) -> None:
        store.put(DIGEST, CONTENT)
        store.put(DIGEST, CONTENT)

        assert store.get(DIGEST) == CONTENT

    def test_what_was_never_put_is_not_there(self, store: ArtworkStore) -> None:
        with pytest.raises(NotStored):
            store.get("0" * 64)

    @pytest.mark.parametrize(
        "name", ["", "../etc/passwd", "A" * 64, DIGEST + "/x", DIGEST[:-1], DIGEST + "\n"]
    )
    def test_a_name_that_is_no_digest_leads_nowhere(self, store: ArtworkStore, name: str) -> None:
        with pytest.raises(MisnamedArtwork):
            store.get(name)
        with pytest.raises(MisnamedArtwork):
            store.put(name, CONTENT)

    def test_content_is_not_put_under_the_name_of_another(self, store: ArtworkStore) -> None:
        with pytest.raises(MisnamedArtwork):
            store.put(DIGEST, CONTENT + b"!")


def test_a_damaged_file_is_noticed_and_mended_when_it_is_sent_again(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put(DIGEST, CONTENT)
    (tmp_path / DIGEST).write_bytes(b"something else")

    with pytest.raises(DamagedArtwork, match="backup"):
        store.get(DIGEST)
    store.put(DIGEST, CONTENT)

    assert store.get(DIGEST) == CONTENT


def test_a_file_is_there_whole_or_not_at_all_and_nobody_elses(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "artwork")
    threads = [threading.Thread(target=store.put, args=(DIGEST, CONTENT)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    (found,) = (tmp_path / "artwork").iterdir()
    assert found.name == DIGEST
    assert found.stat().st_mode & 0o077 == 0


def test_a_folder_that_takes_nothing_in_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(StoreUnavailable, match="ISSUER_ARTWORK"):
        FolderStore(tmp_path / "file").put(DIGEST, CONTENT)
    with pytest.raises(StoreUnavailable):
        FolderStore(tmp_path / "file").get(DIGEST)


def test_an_object_that_was_changed_is_noticed(
    s3: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tests")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    store = choosing.store(Settings(artwork=f"s3://{BUCKET}/{tmp_path.name}", artwork_endpoint=s3))
    store.put(DIGEST, CONTENT)
    client = boto3.client("s3", endpoint_url=s3)
    request.addfinalizer(client.close)

    assert client.get_object(Bucket=BUCKET, Key=f"{tmp_path.name}/{DIGEST}")["Body"].read() == CONTENT
    client.put_object(Bucket=BUCKET, Key=f"{tmp_path.name}/{DIGEST}", Body=b"something else")

    with pytest.raises(DamagedArtwork):
        store.get(DIGEST)


@pytest.mark.parametrize("place", ["s3://no-such-bucket/x", f"s3://{BUCKET}"])
def test_a_bucket_that_does_not_answer_is_unavailable(
    place: str, s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tests")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    endpoint = s3 if "no-such" in place else "http://127.0.0.1:9"
    store = choosing.store(Settings(artwork=place, artwork_endpoint=endpoint))

    with pytest.raises(StoreUnavailable, match="bucket"):
        store.put(DIGEST, CONTENT)
    with pytest.raises(StoreUnavailable, match="bucket"):
        store.get(DIGEST)


def test_without_boto3_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(choosing.ExtraMissing, match=r"open-badge-issuer\[s3\]"):
        choosing.store(Settings(artwork="s3://bucket/prefix"))


@pytest.mark.parametrize(
    "place", ["", "s3://", "gs://bucket", "https://a/b", "s3://key@bucket", "s3://a?b=c"]
)
def test_a_place_that_is_neither_folder_nor_bucket_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        Settings(artwork=place)


class TestRecoding:
    def test_a_picture_is_decoded_in_a_process_as_it_is_here(self) -> None:
        assert recoding.png(png()) == clean_png.clean(png())
        assert recoding.svg(svg("<rect/>")) == clean_svg.clean(svg("<rect/>"))

    def test_a_refusal_comes_back_as_it_was_raised(self) -> None:
        raw = pictures.SIGNATURE + hostile_pictures.header() + pictures.chunk(b"IDAT", b"x") + pictures.END

        with pytest.raises(UnreadableArtwork, match="save it anew"):
            recoding.png(raw)
        with pytest.raises(UnsafeArtwork) as refused:
            recoding.svg(hostile_pictures.UNSAFE["onclick"])
        assert [fault.pointer for fault in refused.value.faults] == ["/line/1"]

    def test_what_takes_too_long_is_given_up(self) -> None:
        with pytest.raises(UnreadableArtwork, match="time or memory"):
            recoding.png(png(size=(2800, 2800)), seconds=0.001)

    @pytest.mark.parametrize("name", hostile_pictures.UNDRAWABLE)
    def test_what_cannot_be_drawn_in_time_is_given_up_without_a_trace(
        self, name: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        started = time.monotonic()

        with pytest.raises(UnreadableArtwork, match="simpler"):
            recoding.svg(hostile_pictures.UNDRAWABLE[name], seconds=1)

        assert time.monotonic() - started < 15
        assert "".join(capfd.readouterr()) == ""

    def test_no_process_is_left_behind(self) -> None:
        for raw in (png(), hostile_pictures.DAMAGED["pixels that are not compressed"]):
            with contextlib.suppress(UnreadableArtwork):
                recoding.png(raw)

        assert multiprocessing.active_children() == []


class TestUpload:
    @pytest.mark.parametrize("raw", [png(), svg("<title>x</title><rect/>")], ids=["png", "svg"])
    def test_the_answer_goes_straight_into_a_definition_and_is_served(
        self, site: httpx.Client, district: World, raw: bytes
    ) -> None:
        answer = upload(site, district, raw)
        body = answer.json()
        definition = {
            "name": "Listening",
            "description": "Listens.",
            "criteria": {"narrative": "Listen."},
            "image": body["image"],
        }
        saved = site.put("/v1/achievements/MC-LISTEN", json=definition, headers=district.headers)
        published = site.post("/v1/achievements/MC-LISTEN/publish", headers=district.headers)
        served = site.get(body["image"]["id"].removeprefix("https://badges.example.org"))

        assert (answer.status_code, saved.status_code, published.status_code) == (201, 200, 200)
        assert body["request_id"] == answer.headers["x-request-id"]
        assert published.json()["current"]["document"]["image"] == {**body["image"], "type": "Image"}
        assert body["digest"] == sha256(served.content).hexdigest()
        assert body["size"] == len(served.content)
        assert body["mediaType"] == served.headers["content-type"]
        assert body["image"]["caption"] == CAPTION
        assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert served.headers["x-content-type-options"] == "nosniff"

    def test_a_form_does_as_well(self, site: httpx.Client, district: World) -> None:
        files = {"file": ("seal.png", png(), "image/png")}

        answer = site.post("/v1/artwork", files=files, data={"caption": CAPTION}, headers=district.headers)

        assert answer.status_code == 201
        assert (answer.json()["width"], answer.json()["height"]) == (400, 300)
        assert answer.json()["image"]["caption"] == CAPTION

    def test_the_same_picture_again_is_the_same_and_takes_the_new_caption(
        self, site: httpx.Client, district: World
    ) -> None:
        first, again = upload(site, district, png()), upload(site, district, png(), "Two bubbles")
        listed = site.get("/v1/artwork", headers=district.headers).json()["artwork"]

        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["image"]["id"] == again.json()["image"]["id"]
        assert [each["image"]["caption"] for each in listed] == ["Two bubbles"]

    def test_the_same_picture_many_times_at_once_is_kept_once(
        self, site: httpx.Client, district: World
    ) -> None:
        statuses: list[int] = []
        threads = [
            threading.Thread(
                target=lambda: statuses.append(upload(site, district, svg("<rect/>")).status_code)
            )
            for _ in range(8)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert sorted(statuses) == [200] * 7 + [201]

    @pytest.mark.parametrize("caption", ["", "   "])
    def test_a_picture_without_words_is_refused(
        self, site: httpx.Client, district: World, caption: str
    ) -> None:
        answer = upload(site, district, png(), caption)

        assert answer.status_code == 422
        assert answer.json()["type"].endswith("/problems/no-caption")
        assert answer.json()["errors"][0]["pointer"] == "/caption"
        assert "WCAG" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("raw", "status", "code"),
        [
            (b"", 422, "unreadable-artwork"),
            (pictures.picture("JPEG"), 422, "unreadable-artwork"),
            (hostile_pictures.DAMAGED["a bomb of pixels"], 422, "unreadable-artwork"),
            (hostile_pictures.UNSAFE["billion laughs"], 422, "unsafe-artwork"),
            (hostile_pictures.UNSAFE["onload of the root"], 422, "unsafe-artwork"),
            (bytes(600_000), 413, "document-too-large"),
            (png(size=(80, 80)), 422, "unreadable-artwork"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_and_nothing_is(
        self, site: httpx.Client, district: World, raw: bytes, status: int, code: str
    ) -> None:
        answer = upload(site, district, raw)

        assert answer.status_code == status
        assert answer.json()["type"].endswith(f"/problems/{code}")
        assert site.get("/v1/artwork", headers=district.headers).json()["artwork"] == []

    def test_a_caption_over_the_limit_is_refused_by_its_place(
        self, site: httpx.Client, district: World
    ) -> None:
        answer = upload(site, district, png(), "x" * 501)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/caption"

    def test_a_key_without_the_scope_uploads_and_lists_nothing(
        self, site: httpx.Client, district: World
    ) -> None:
        _, key = clients.create(district.context, district.tenant, "lms", ["events:write"])
        headers = {"authorization": f"Bearer {key}"}

        assert site.post("/v1/artwork?caption=x", content=png(), headers=headers).status_code == 403
        assert site.get("/v1/artwork", headers=headers).status_code == 403
        assert site.post("/v1/artwork?caption=x", content=png()).status_code == 401

    def test_a_store_that_is_away_is_said_to_be_and_nothing_is_recorded(self, alder: World) -> None:
        with server.serving(alder.context) as site:
            answer = upload(site, alder, png())
            listed = site.get("/v1/artwork", headers=alder.headers).json()["artwork"]

        assert answer.status_code == 503
        assert answer.json()["type"].endswith("/problems/artwork-store-unavailable")
        assert listed == []

    def test_pictures_are_listed_page_by_page_the_newest_first(
        self, site: httpx.Client, district: World
    ) -> None:
        sent = []
        for number in range(5):
            district.clock.move(seconds=1)
            sent.append(upload(site, district, svg(f"<desc>{number}</desc>")).json()["digest"])

        found: list[str] = []
        following = "/v1/artwork?limit=2"
        while following:
            page = site.get(following.removeprefix("https://badges.example.org"), headers=district.headers)
            found += [each["digest"] for each in page.json()["artwork"]]
            following = page.json()["next"]

        assert found == sent[::-1]


class TestServing:
    def test_an_svg_picture_may_do_nothing_in_a_browser(self, site: httpx.Client, district: World) -> None:
        address = upload(site, district, svg("<rect/>")).json()["image"]["id"]

        served = site.get(address.removeprefix("https://badges.example.org"))

        policy = served.headers["content-security-policy"]
        assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox"

    def test_who_has_it_already_is_told_so(self, site: httpx.Client, district: World) -> None:
        body = upload(site, district, png()).json()
        path = body["image"]["id"].removeprefix("https://badges.example.org")
        tag = site.get(path).headers["etag"]

        again = site.get(path, headers={"if-none-match": tag})

        assert tag == f'"{body["digest"]}-png"'
        assert (again.status_code, again.content) == (304, b"")
        assert site.head(path).status_code == 200

    def test_another_issuers_picture_is_not_there_and_neither_is_one_of_nobody(
        self, site: httpx.Client, district: World
    ) -> None:
        body = upload(site, district, png()).json()
        path = body["image"]["id"].removeprefix("https://badges.example.org")
        make_world(district.context, district.clock, "birch", default=False)

        for other in (
            path.replace("/alder/", "/birch/"),
            path.replace("/alder/", "/nobody/"),
            path.replace(".png", ".svg"),
            path.replace(".png", ".gif"),
            path.removesuffix(".png"),
            path.replace(body["digest"], "0" * 64),
            "/i/alder/art/..%2f..%2fkeys",
        ):
            assert site.get(other).status_code == 404, other
        assert site.get(path).status_code == 200

    def test_a_picture_that_was_damaged_is_never_served(self, site: httpx.Client, district: World) -> None:
        body = upload(site, district, png()).json()
        store = district.context.artwork
        assert isinstance(store, FolderStore)
        (store.folder / body["digest"]).write_bytes(png("red"))

        served = site.get(body["image"]["id"].removeprefix("https://badges.example.org"))

        assert served.status_code == 500
        assert served.headers["content-type"] == "application/problem+json"


class TestService:
    def test_a_picture_is_found_by_its_address_without_asking_anybody(self, district: World) -> None:
        kept = artwork.add(district.context, district.tenant, png(), CAPTION)
        address = artwork.address(district.context, district.tenant, kept.row)

        found = artwork.content_of(district.context, district.tenant, address)

        assert found is not None
        assert found.media_type == "image/png"
        assert sha256(found.content).hexdigest() == kept.row.digest

    def test_any_other_address_is_nobodys(self, district: World) -> None:
        kept = artwork.add(district.context, district.tenant, png(), CAPTION)
        address = artwork.address(district.context, district.tenant, kept.row)
        birch = make_world(district.context, district.clock, "birch", default=False)

        for other in (
            address + "?x",
            address.replace("https", "http"),
            address.replace(".png", ".svg"),
            address.replace("example.org", "example.com"),
            address.replace("/art/", "/art/../art/"),
            "data:image/png;base64,x",
            "",
        ):
            assert artwork.content_of(district.context, district.tenant, other) is None, other
        assert artwork.content_of(district.context, birch.tenant, address) is None
        assert artwork.content_of(
            district.context, birch.tenant, address.replace("/alder/", "/birch/")
        ) is None  # fmt: skip

    def test_a_definition_takes_the_caption_of_its_picture_unless_it_has_its_own(
        self, district: World
    ) -> None:
        kept = artwork.add(district.context, district.tenant, png(), CAPTION)
        address = artwork.address(district.context, district.tenant, kept.row)

        district.publish("MC-TAKEN", image={"id": address})
        district.publish("MC-OWN", image={"id": address, "caption": "Bubbles"})

        found = {code: published_image(district, code) for code in ("MC-TAKEN", "MC-OWN")}
        assert found["MC-TAKEN"].caption == CAPTION
        assert found["MC-OWN"].caption == "Bubbles"

    @pytest.mark.parametrize("name", ["0" * 64 + ".png", "seal.png", ""])
    def test_a_picture_that_was_never_uploaded_is_refused_by_its_place(
        self, district: World, name: str
    ) -> None:
        with pytest.raises(InvalidFields) as refused:
            district.publish("MC-NEW", image={"id": f"https://badges.example.org/i/alder/art/{name}"})

        assert [fault.pointer for fault in refused.value.faults] == ["/image/id"]

    def test_a_picture_elsewhere_is_as_it_was(self, district: World) -> None:
        district.publish("MC-NEW", image={"id": "https://alder.example/seal.png"})

        assert published_image(district, "MC-NEW").caption is None

    def test_publishing_the_same_definition_again_makes_no_new_version(self, district: World) -> None:
        kept = artwork.add(district.context, district.tenant, png(), CAPTION)
        image = {"id": artwork.address(district.context, district.tenant, kept.row)}

        district.publish("MC-NEW", image=image)
        district.publish("MC-NEW", image=image)

        assert achievements.publish(district.context, district.tenant, "MC-NEW").number == 1

    def test_two_issuers_with_the_same_picture_have_an_address_each(self, district: World) -> None:
        birch = make_world(district.context, district.clock, "birch", default=False)
        kept = [artwork.add(district.context, each.tenant, png(), CAPTION) for each in (district, birch)]

        assert kept[0].row.digest == kept[1].row.digest
        assert all(each.is_new for each in kept)


def published_image(world: World, code: str) -> ProfileImage:
    with world.context.database.read() as session:
        found = achievement_rows.by_code(session, world.tenant.id, code)
        version = achievement_rows.version(session, world.tenant.id, found.id)
    assert version is not None
    image = Definition.model_validate_json(version.definition).image
    assert image is not None
    return image


def test_an_operator_adds_and_lists_pictures(tmp_path: Path) -> None:
    settings = {
        "ISSUER_DATABASE_URL": f"sqlite:///{tmp_path}/cli.db",
        "ISSUER_KEYS_DIR": str(tmp_path / "keys"),
        "ISSUER_KEY_PASSPHRASE": "a passphrase for tests",
        "ISSUER_PUBLIC_URL": "https://badges.example.org",
    }
    (tmp_path / "seal.png").write_bytes(png())
    (tmp_path / "bad.svg").write_bytes(hostile_pictures.UNSAFE["onclick"])
    run("migrate", folder=tmp_path, settings=settings)
    run("tenant", "create", "alder", "--name", "Alder", "--default", folder=tmp_path, settings=settings)

    added = run("artwork", "add", "seal.png", "--caption", CAPTION, folder=tmp_path, settings=settings)
    listed = run("artwork", "list", folder=tmp_path, settings=settings)
    refused = run(
        "artwork", "add", "bad.svg", "--caption", CAPTION, folder=tmp_path, settings=settings, code=1
    )

    assert added.startswith("https://badges.example.org/i/alder/art/")
    assert added.strip() in listed
    assert CAPTION in listed
    assert "400x300" in listed
    assert "onclick" in refused
    assert len(list((tmp_path / "artwork").iterdir())) == 1


@pytest.fixture
def outsider() -> Iterator[tuple[str, list[str]]]:
    """The address of somebody else's server, and what it was asked for."""
    asked: list[str] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        @override
        def log_message(self, *_arguments: object, **_names: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/tracker", asked
        listening.shutdown()
        thread.join()


@dataclass
class Watched:
    """A page with scripts switched on, which answers it got, and what it said."""

    page: Page
    answered: list[str]
    said: list[str]

    def open(self, url: str) -> None:
        self.answered.clear()
        self.page.goto(url)
        self.page.wait_for_timeout(60)


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    context: BrowserContext = browser.new_context()
    found = Watched(context.new_page(), [], [])

    def refuse(dialog: Dialog) -> None:
        found.said.append(dialog.message)
        dialog.dismiss()

    found.page.on("response", lambda response: found.answered.append(response.url))
    found.page.on("dialog", refuse)
    yield found
    context.close()


@pytest.mark.browser
@ON_SQLITE
def test_a_picture_that_was_made_safe_asks_and_runs_nothing_in_a_browser(
    site: httpx.Client, district: World, watched: Watched, outsider: tuple[str, list[str]]
) -> None:
    address, asked = outsider
    notes = f'<metadata><script>alert(1)</script><image href="{address}"/></metadata>'
    drawing = svg(notes + "<style>.a{fill:#14574f}</style><rect class='a' width='60' height='60'/>")
    kept = upload(site, district, drawing).json()["image"]["id"]
    url = f"{site.base_url}".rstrip("/") + kept.removeprefix("https://badges.example.org")

    watched.open(url)

    assert (watched.answered, watched.said, asked) == ([url], [], [])
    fill = watched.page.evaluate("getComputedStyle(document.querySelector('rect')).fill")
    assert fill == "rgb(20, 87, 79)"


@pytest.mark.browser
@ON_SQLITE
def test_even_what_was_never_made_safe_asks_and_runs_nothing_where_it_is_served(
    site: httpx.Client, district: World, watched: Watched, outsider: tuple[str, list[str]]
) -> None:
    address, asked = outsider
    for name, raw in hostile_pictures.ACTIVE.items():
        digest = smuggled(district, raw.replace(hostile_pictures.OUTSIDE.encode(), address.encode()))
        url = f"{site.base_url}".rstrip("/") + f"/i/alder/art/{digest}.svg"

        watched.open(url)

        assert (watched.answered, watched.said, asked) == ([url], [], []), name


@pytest.mark.browser
def test_the_browser_would_have_told(
    watched: Watched, outsider: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = outsider
    unguarded = tmp_path / "unguarded.svg"
    unguarded.write_bytes(svg(f'<image href="{address}" width="9" height="9"/><script>alert(1)</script>'))

    watched.open(unguarded.as_uri())

    assert (watched.said, asked) == (["1"], ["/tracker"])


def smuggled(world: World, raw: bytes) -> str:
    """Keep a picture as if nobody had looked at it, and return its digest."""
    digest = sha256(raw).hexdigest()
    world.context.artwork.put(digest, raw)
    row = Artwork(
        id=world.context.new_key(),
        tenant_id=world.tenant.id,
        digest=digest,
        media_type="image/svg+xml",
        caption=CAPTION,
        width=9,
        height=9,
        size=len(raw),
        created_at=world.context.clock(),
    )
    with world.context.database.write.begin() as session:
        session.add(row)
    return digest
