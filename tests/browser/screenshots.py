"""Write a picture of every page in every state into a folder: in each language, size and color scheme."""

import sys
import tempfile
from collections.abc import Iterator
from html import escape
from itertools import product
from pathlib import Path
from typing import Final, get_args

from playwright.sync_api import Browser, ViewportSize

from issuer import telemetry
from issuer.db import engine, migrations
from tests.support import browser as browsers
from tests.support import gallery as galleries
from tests.support.browser import Scheme
from tests.support.exhibits import Exhibit, Language
from tests.support.gallery import Gallery

SIZES: Final[dict[str, ViewportSize]] = {"phone": browsers.PHONE, "desktop": browsers.DESKTOP}


def main(folder: Path) -> None:
    """Write the pictures, and an index of them."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, browsers.running() as browser:
        url = f"sqlite:///{place}/gallery.db"
        database = engine.connect(url)
        migrations.upgrade(database)
        database.engine.dispose()
        with galleries.opened(Path(place), url) as gallery:
            written = [each for size in SIZES for each in _pictures(gallery, browser, size, folder)]
    shown = "".join(f'<figure><img src="{each}" loading="lazy"><figcaption>{each}</figcaption></figure>'
                    for each in map(escape, sorted(written)))  # fmt: skip
    sheet = "body{columns:20rem}figure{margin:0 0 2rem;break-inside:avoid}img{max-width:100%}"
    (folder / "index.html").write_text(f"<!doctype html><style>{sheet}</style>{shown}")
    _say(f"{len(written)} pictures: open {folder / 'index.html'}")


def _pictures(gallery: Gallery, browser: Browser, size: str, folder: Path) -> Iterator[str]:
    with browsers.reading(browser, SIZES[size]) as page:
        for exhibit, lang in product(gallery.exhibits, get_args(Language)):
            exhibit.open(page, gallery.url, lang)
            for scheme in get_args(Scheme):
                name = _name(exhibit, lang, size, scheme)
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=folder / name, full_page=True)
                yield name
            _say(f"{size} {lang} {exhibit.name}")


def _name(exhibit: Exhibit, lang: Language, size: str, scheme: Scheme) -> str:
    return f"{exhibit.name}-{lang}-{size}-{scheme}.png"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    telemetry.configure("error")
    main(Path(sys.argv[1]))
