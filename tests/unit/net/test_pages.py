"""Which badge a page offers, by its head or its Link header."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.net.answers import Fetched
from issuer.net.heads import head_of
from issuer.net.pages import NoBadgeOffered, is_page, offered_by
from issuer.net.weblinks import Alternate, in_header

PAGE = "https://badges.example/b/9xQ?lang=en"
BADGE = "https://badges.example/b/9xQ.json"


def page(head: str, *, body: str = "", links: str = "") -> Fetched:
    html = f"<!doctype html><html><head><title>A badge</title>{head}</head><body>{body}</body></html>"
    return Fetched(PAGE, "text/html", html.encode(), links=links)


def link(href: str = "9xQ.json", media_type: str = "application/vc", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{media_type}" href="{href}">'


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vc",
        "application/vc+ld+json",
        "application/vc+jwt",
        "application/ld+json",
        "application/json",
        "Application/VC; charset=utf-8",
    ],
)
def test_a_page_offers_its_badge_in_its_head(media_type: str) -> None:
    assert offered_by(page(link(media_type=media_type))) == BADGE


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("9xQ.json", BADGE),
        ("/b/9xQ.json", BADGE),
        ("//badges.example/b/9xQ.json", BADGE),
        (" https://badges.example/b/9xQ.json ", BADGE),
        ("https://files.example/1?a=b&amp;c=d#proof", "https://files.example/1?a=b&c=d"),
        ("?format=json", "https://badges.example/b/9xQ?format=json"),
        ("http://169.254.169.254/", "http://169.254.169.254/"),
        ("https://[", "https://["),
    ],
)
def test_an_address_is_completed_from_the_page_and_judged_by_the_guard(href: str, address: str) -> None:
    assert offered_by(page(link(href))) == address


def test_the_base_of_a_page_counts_for_its_head_and_not_for_its_header() -> None:
    base = '<base target="_top"><base href="/files/"><base href="/other/">'
    header = '<h.json>; rel="alternate"; type="application/vc"'

    assert offered_by(page(base + link())) == "https://badges.example/files/9xQ.json"
    assert offered_by(page('<base href="/files/">', links=header)) == "https://badges.example/b/h.json"


@pytest.mark.parametrize(
    "links",
    [
        '</b/9xQ.json>; rel="alternate"; type="application/vc"',
        "<9xQ.json>;rel=alternate;type=application/json",
        '<9xQ.json> ; TYPE="application/vc" ; REL="Alternate nofollow"',
        '</style>; rel="preload"; as=style, </b/9xQ.json>; rel="alternate"; type="application/vc"',
        '<a>; title="x, <b>; rel=y"; rel="next",<9xQ.json>; rel="alternate"; type="application/vc"',
    ],
)
def test_a_page_offers_its_badge_in_its_header(links: str) -> None:
    assert offered_by(page("", links=links)) == BADGE


def test_the_most_telling_type_is_taken_and_the_first_of_several() -> None:
    head = (
        link("/wp-json/pages/1", "application/json")
        + link("/meta.jsonld", "application/ld+json")
        + link()
        + link("/second.json")
    )

    assert offered_by(page(head)) == BADGE


@pytest.mark.parametrize(
    "found",
    [
        page(""),
        page(link(rel="stylesheet")),
        page(link(media_type="")),
        page(link(media_type="application/rss+xml")),
        page(link(media_type="application/json+oembed")),
        page(link(media_type="image/png")),
        page(link(href="")),
        page('<link rel="alternate" hreflang="es" href="?lang=es">'),
        page(f"<!-- {link()} -->"),
        page(f"<script>'{link()}'</script>"),
        page(f"<style>{link()}</style>"),
        page("", body=link()),
        Fetched(PAGE, "text/html", b"<html><body>" + link().encode()),
        Fetched(PAGE, "text/html", b"<p>A comment: " + link().encode()),
        page("", links='<9xQ.json>; rel="alternate"; type="text/html"'),
        page("", links='<9xQ.json>; rel="next"; rel="alternate"; type="application/vc"'),
        page("", links='<9xQ.json>; rel="alternate"; type="application/vc"; anchor="/other"'),
        page("", links="9xQ.json; rel=alternate; type=application/vc"),
        Fetched(PAGE, "text/html", b""),
        Fetched(PAGE, "text/html", b"<"),
        Fetched(PAGE, "text/html", bytes(range(256)) * 100),
    ],
)
def test_a_page_that_offers_no_badge_is_refused_in_words_that_help(found: Fetched) -> None:
    with pytest.raises(NoBadgeOffered, match=r"^the page at badges\.example offers no badge file: download"):
        offered_by(found)


@pytest.mark.parametrize(
    "html",
    [
        b'<link rel="alternate" type="application/vc" href="9xQ.json"><p>No head is written.',
        b'<?xml version="1.0"?><html><head><link rel="alternate" type="application/vc" href="9xQ.json"/>',
        '<html><head><link rel="alternate" type="application/vc" href="9xQ.json">'.encode("utf-16"),
        b'<head><meta charset="nonsense"><link rel=alternate type=application/vc href=9xQ.json>',
        b"<head><title>\xff\xfe</title><LINK REL=ALTERNATE TYPE=application/vc HREF=9xQ.json>",
        b"<head>" + b"<meta>" * 8_000 + b'<link rel="alternate" type="application/vc" href="9xQ.json">',
    ],
    ids=["no head", "xhtml", "utf-16", "unknown charset", "broken text", "long head"],
)
def test_a_page_that_a_browser_reads_is_read(html: bytes) -> None:
    assert offered_by(Fetched(PAGE, "text/html", html)) == BADGE


@pytest.mark.parametrize(
    "html",
    [
        b"<a " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">",
        b"<head><link " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">",
        b"<div>" * 200_000,
        b"<head><title>" * 70_000,
        b"<link rel=alternate type=application/vc>" * 25_000,
        b"<head><script>" + b"<!--" * 240_000,
        b"<head>" + b"<!--" * 240_000,
        b"<head><title>" + b"&amp" * 240_000,
        b"<a b='" + b"<" * 900_000,
        b"<!DOCTYPE " + b"[" * 900_000,
    ],
    ids=[
        "attributes",
        "link",
        "depth",
        "titles",
        "links",
        "script",
        "comments",
        "entities",
        "value",
        "doctype",
    ],
)
def test_no_page_takes_long_to_read(html: bytes) -> None:
    began = time.monotonic()

    head_of(html)

    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "links",
    [
        "<" * 100_000,
        "<>;" * 30_000,
        "<a>" + ';"' * 50_000,
        "<a>;" + "a" * 100_000,
        "<a>" + "; " * 50_000,
        " " * 100_000,
    ],
)
def test_no_header_takes_long_to_read(links: str) -> None:
    began = time.monotonic()

    assert list(in_header(links)) == []
    assert time.monotonic() - began < 1


def test_an_external_entity_is_not_loaded() -> None:
    html = b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><head><link rel=alternate href="&x;">'

    assert head_of(html).alternates in ([], [Alternate("&x;", "")])


@given(st.binary(max_size=300), st.text(max_size=300))
def test_no_page_makes_it_fail(html: bytes, links: str) -> None:
    head_of(b"<html><head>" + html)
    assert list(in_header(links)) == [] or "<" in links


@given(
    st.from_regex(r"/[a-z0-9./?=-]{0,20}", fullmatch=True),
    st.sampled_from(["application/vc", "application/json"]),
)
def test_a_link_that_was_written_is_read_back(href: str, media_type: str) -> None:
    assert list(in_header(f'<{href}>; rel="alternate"; type="{media_type}"')) == [Alternate(href, media_type)]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b"<!doctype html>"),
        ("text/html", b"\xef\xbb\xbf\n <html>"),
        ("application/xhtml+xml", b"<?xml?><html>"),
    ],
)
def test_what_is_called_html_and_looks_like_it_is_a_page(content_type: str, body: bytes) -> None:
    assert is_page(Fetched(PAGE, content_type, body))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b'{"type": "VerifiableCredential"}'),
        ("text/html", b"eyJhbGciOiJFZERTQSJ9.e30.c2ln"),
        ("text/html", b"\x89PNG\r\n"),
        ("image/svg+xml", b"<svg/>"),
        ("application/json", b"<html>"),
        ("", b"<html>"),
    ],
)
def test_what_is_only_called_html_or_only_looks_like_it_is_none(content_type: str, body: bytes) -> None:
    assert not is_page(Fetched(PAGE, content_type, body))
