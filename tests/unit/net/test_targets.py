import pytest

from issuer.net import targets
from issuer.net.targets import RefusedAddress, Target

PUBLIC = frozenset({443})


def read(url: str, *, allow_loopback: bool = False) -> Target:
    return targets.target(url, ports=PUBLIC, allow_loopback=allow_loopback)


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://example.org", "example.org", "/"),
        ("https://EXAMPLE.org:443/a/b.json?c=d%20e&f", "example.org", "/a/b.json?c=d%20e&f"),
        ("https://example.org?a", "example.org", "/?a"),
        ("https://[2606:4700:0:0::1111]/", "[2606:4700::1111]", "/"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", "/"),
    ],
)
def test_a_plain_https_address_is_a_target(url: str, authority: str, path: str) -> None:
    target = read(url)

    assert (target.scheme, target.authority, target.path, target.loopback) == (
        "https",
        authority,
        path,
        False,
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "HTTPS://example.org/",
        "https:/example.org/",
        "https:///path",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org@evil.example/",
        "https://example.org\\@evil.example/",
        "https://example.org#@evil.example/",
        "https://example.org/#fragment",
        "https://example.org/a b",
        "https://example.org/%zz",
        "https://example.org/\r\nhost: evil",
        "https://example.org/\n",
        "https://example.org:/",
        "https://example.org./",
        "https://.example.org/",
        "https://-example.org/",
        "https://exam_ple.org/",
        "https://bücher.example/",
        "https://①②⑦.⓪.⓪.①/",
        "https://[::1%25lo]/",
        "https://[example.org]/",
        "https://[]/",
        "https://" + "a" * 64 + ".org/",
        "https://" + ".".join(["a" * 63] * 4) + "/",
        "https://example.org/" + "a" * 2_048,
    ],
)
def test_an_address_that_two_parsers_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddress, match="plain form") as refusal:
        read(url)

    assert "evil" not in refusal.value.detail
    assert "secret" not in refusal.value.detail


@pytest.mark.parametrize("url", ["http://example.org/", "http://localhost/", "http://127.0.0.1:8000/"])
def test_plain_http_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddress, match="plain http"):
        read(url)


@pytest.mark.parametrize("port", [0, 22, 80, 8443, 99_999])
def test_a_port_that_is_not_on_the_list_is_refused(port: int) -> None:
    with pytest.raises(RefusedAddress, match=f"port {port} of example.org"):
        read(f"https://example.org:{port}/")


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8000/", "http://127.0.0.1/", "https://127.0.0.1:8443/", "http://[::1]:1/"],
)
def test_this_machine_may_be_asked_at_any_port_where_that_is_chosen(url: str) -> None:
    assert read(url, allow_loopback=True).loopback


@pytest.mark.parametrize(
    "url", ["http://127.0.0.2/", "http://127.1/", "http://localhost.example/", "http://example.org/"]
)
def test_no_other_host_may_be_asked_over_plain_http_then(url: str) -> None:
    with pytest.raises(RefusedAddress, match="plain http"):
        read(url, allow_loopback=True)


def test_a_port_that_does_not_exist_is_refused_on_this_machine_too() -> None:
    with pytest.raises(RefusedAddress, match="port 70000"):
        read("http://localhost:70000/", allow_loopback=True)


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://elsewhere.example/secret?token=1", "elsewhere.example"),
        ("//elsewhere.example", "elsewhere.example"),
        ("https://example.org@elsewhere.example/", "elsewhere.example"),
        ("/moved", "example.org"),
        ("", "example.org"),
        ("https://<script>/", "another address"),
        ("https://[/", "another address"),
        ("https://:80/", "another address"),
    ],
)
def test_of_a_redirect_only_the_host_is_told(location: str, host: str) -> None:
    assert targets.host_of_redirect(location, read("https://example.org/")) == host
