"""Pictures that do more than show something, each with the place that must be named when it is refused."""

import zlib

from tests.support.pictures import END, SIGNATURE, chunk

OUTSIDE = "http://192.0.2.1/tracker"
_NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_RECT = '<rect width="100" height="100" fill="teal"/>'


def svg(inside: str, attributes: str = 'viewBox="0 0 100 100"', before: str = "") -> bytes:
    """Return an SVG picture with this inside it."""
    return f"{before}<svg {_NAMES} {attributes}>{inside}</svg>".encode()


def _tenfold(number: int) -> str:
    return f'<g id="u{number + 1}">' + f'<use href="#u{number}"/>' * 10 + "</g>"


UNSAFE: dict[str, bytes] = {
    "script": svg("<script>alert(1)</script>"),
    "script in CDATA": svg("<script><![CDATA[alert(1)]]></script>"),
    "script from elsewhere": svg(f'<script href="{OUTSIDE}"/>'),
    "script with a prefix": svg('<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>'),
    "script of XHTML": svg('<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>'),
    "onload of the root": svg(_RECT, 'viewBox="0 0 9 9" onload="alert(1)"'),
    "onclick": svg('<rect onclick="alert(1)"/>'),
    "onerror of an image": svg('<image href="x" onerror="alert(1)"/>'),
    "onbegin of an animation": svg('<animate onbegin="alert(1)" attributeName="x" dur="1s"/>'),
    "foreignObject": svg(
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">x</body></foreignObject>'
    ),
    "iframe": svg(f'<iframe xmlns="http://www.w3.org/1999/xhtml" src="{OUTSIDE}"/>'),
    "meta refresh": svg(
        f'<meta xmlns="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0;{OUTSIDE}"/>'
    ),
    "html image": svg(f'<img xmlns="http://www.w3.org/1999/xhtml" src="{OUTSIDE}" onerror="alert(1)"/>'),
    "image from elsewhere": svg(f'<image href="{OUTSIDE}" width="9" height="9"/>'),
    "image from a file": svg('<image xlink:href="file:///etc/passwd" width="9" height="9"/>'),
    "image as data": svg('<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>'),
    "feImage": svg(f'<filter id="f"><feImage href="{OUTSIDE}"/></filter><rect filter="url(#f)"/>'),
    "filter": svg('<filter id="f"><feGaussianBlur stdDeviation="9999"/></filter>'),
    "filter in a style": svg('<rect style="filter:blur(5px)"/>'),
    "link that runs": svg('<a href="javascript:alert(1)"><text>click</text></a>'),
    "link with a tab": svg('<a xlink:href="java&#9;script:alert(1)"><text>click</text></a>'),
    "animated address": svg('<a><animate attributeName="href" to="javascript:alert(1)"/><text>x</text></a>'),
    "set": svg('<set attributeName="onload" to="alert(1)"/>'),
    "animateTransform": svg('<animateTransform attributeName="transform" dur="1s"/>'),
    "use of elsewhere": svg(f'<use href="{OUTSIDE}#x"/>'),
    "use of data": svg('<use href="data:image/svg+xml,&lt;svg/&gt;#x"/>'),
    "use of a relative file": svg('<use xlink:href="other.svg#x"/>'),
    "use of the whole document": svg('<use href="#"/>'),
    "gradient from elsewhere": svg(f'<linearGradient id="a" href="{OUTSIDE}#b"/>'),
    "href of a shape": svg('<rect href="#a"/>'),
    "xml:base": svg(f'<g xml:base="{OUTSIDE}"><use href="#a"/></g>'),
    "fill from elsewhere": svg(f'<rect fill="url({OUTSIDE}#a)"/>'),
    "fill in quotes": svg(f"<rect fill=\"url('{OUTSIDE}#a')\"/>"),
    "mask from elsewhere": svg(f'<rect mask="url({OUTSIDE}#a)"/>'),
    "style with an address": svg(f'<rect style="background:url({OUTSIDE})"/>'),
    "style with an escape": svg(f'<rect style="background:u\\72l({OUTSIDE})"/>'),
    "style with a comment in a name": svg(f'<rect style="background:ur/**/l({OUTSIDE})"/>'),
    "style with image-set": svg(f"<rect style=\"background:image-set('{OUTSIDE}' 1x)\"/>"),
    "style with a variable": svg('<rect style="fill:var(--x)"/>'),
    "style that runs": svg('<rect style="width:expression(alert(1))"/>'),
    "cursor": svg(f'<rect cursor="url({OUTSIDE})" style="cursor:url({OUTSIDE}),auto"/>'),
    "import": svg(f'<style>@import "{OUTSIDE}";</style>'),
    "import of data": svg("<style>@import url(data:text/css,x);</style>"),
    "import behind a rule": svg(f"<style>.a{{fill:red}}@import url({OUTSIDE});</style>"),
    "font-face": svg(f"<style>@font-face{{font-family:x;src:url({OUTSIDE})}}</style>"),
    "keyframes": svg("<style>@keyframes x{from{fill:red}to{fill:blue}}</style>"),
    "media": svg("<style>@media print{rect{fill:red}}</style>"),
    "sheet with an address": svg(f"<style>rect{{fill:url({OUTSIDE}#a)}}</style>"),
    "sheet with an escaped address": svg(f"<style>rect{{fill:\\75 rl({OUTSIDE}#a)}}</style>"),
    "sheet with an open comment": svg("<style>/* rect{fill:red}</style>"),
    "sheet with an attribute selector": svg(f'<style>[id^="a"]{{mask:url({OUTSIDE})}}</style>'),
    "sheet with elements": svg("<style>rect{fill:red}<script>alert(1)</script></style>"),
    "sheet of another type": svg('<style type="text/javascript">alert(1)</style>'),
    "handler": svg('<handler xmlns="http://www.w3.org/2001/xml-events">alert(1)</handler>'),
    "XInclude": svg('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
    "XSLT": svg('<xsl:template xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>'),
    "style sheet instruction": svg(_RECT, before=f'<?xml-stylesheet href="{OUTSIDE}"?>'),
    "instruction inside": svg('<?php echo "x"; ?>'),
    "document type": svg(_RECT, before="<!DOCTYPE svg>"),
    "document type from elsewhere": svg(_RECT, before=f'<!DOCTYPE svg SYSTEM "{OUTSIDE}">'),
    "entity of a file": svg(
        "<text>&x;</text>", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "billion laughs": svg(
        "<text>&c;</text>",
        before='<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    ),
    "parameter entity": svg(_RECT, before=f'<!DOCTYPE svg [<!ENTITY % x SYSTEM "{OUTSIDE}"> %x;]>'),
    "picture in the picture": svg('<svg><rect width="9" height="9"/></svg>'),
    "switch": svg('<switch><g systemLanguage="en"/></switch>'),
    "pattern": svg('<pattern id="p" width="0.0001" height="0.0001"><rect/></pattern>'),
    "marker": svg('<marker id="m"><path d="M0 0"/></marker><path marker-mid="url(#m)" d="M0 0"/>'),
    "text on a path": svg('<text><textPath href="#p">x</textPath></text>'),
    "video": svg(f'<video xmlns="http://www.w3.org/1999/xhtml" src="{OUTSIDE}"/>'),
    "unknown element": svg("<sparkle/>"),
    "unknown attribute": svg('<rect sparkle="yes"/>'),
    "an id that stands twice": svg('<rect id="a"/><circle id="a"/>'),
    "an id that is markup": svg('<rect id="&quot;&gt;&lt;script&gt;"/>'),
    "geometry that is an address": svg(f'<rect width="{OUTSIDE}"/>'),
    "use of itself": svg('<g id="a"><use href="#a"/></g>'),
    "two uses of one another": svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
    "mask of itself": svg('<mask id="m"><rect mask="url(#m)"/></mask>'),
    "gradients of one another": svg('<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>'),
    "multiplied by use": svg('<rect id="u0"/>' + "".join(map(_tenfold, range(9)))),
    "multiplied by a mask in a style sheet": svg(
        "<style>.a{mask:url(#m)}</style><mask id='m'>" + _RECT * 200 + "</mask>" + "<g class='a'/>" * 200
    ),
    "multiplied by a mask for every element": svg(
        "<style>rect{mask:url(#m)}</style><mask id='m'>" + "<circle/>" * 200 + "</mask>" + _RECT * 200
    ),
    "too many elements": svg("<g/>" * 5_000),
    "too deep": svg("<g>" * 64 + "</g>" * 64),
    "too much text": svg(f"<text>{'x' * 10_001}</text>"),
}
"""SVG pictures that are refused as unsafe."""

UNDRAWABLE: dict[str, bytes] = {
    "layers without end": svg(f'<g opacity=".5">{_RECT}</g>' * 2_400),
    "masks without end": svg(f'<mask id="m">{_RECT}</mask>' + f'<g mask="url(#m)">{_RECT}</g>' * 1_500),
    "a gradient of thousands": svg(
        "<linearGradient id='g'>"
        + "<stop offset='.5'/>" * 2_400
        + "</linearGradient>"
        + "<rect width='100' height='100' fill='url(#g)'/>" * 2_400
    ),
    "strokes wider than numbers": svg("<path d='M0 0L1e30 1e30' stroke='red' stroke-width='1e30'/>" * 3_000),
}
"""SVG pictures that only draw, but for longer than anybody waits, or by what renderers break at."""

UNREADABLE: dict[str, bytes] = {
    "nothing": b"<",
    "text": b"<svg",
    "not closed": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g></svg>',
    "no name space": b'<svg viewBox="0 0 9 9"/>',
    "a page": b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
    "another root": b'<g xmlns="http://www.w3.org/2000/svg"/>',
    "an entity of nobody": svg("<text>&nbsp;</text>"),
    "Latin-1": svg("<text>é</text>").decode().encode("latin-1"),
    "UTF-16": svg("").decode().encode("utf-16"),
    "said to be UTF-7": svg(_RECT, before='<?xml version="1.0" encoding="UTF-7"?>'),
    "a control character": svg("<text>\x01</text>"),
    "no size": svg(_RECT, ""),
    "a size of the place": svg(_RECT, 'width="100%" height="100%"'),
    "three numbers": svg(_RECT, 'viewBox="0 0 100"'),
    "no width": svg(_RECT, 'viewBox="0 0 0 100"'),
    "a negative width": svg(_RECT, 'viewBox="0 0 -9 100"'),
    "not a number": svg(_RECT, 'viewBox="0 0 NaN 100"'),
    "for ever": svg(_RECT, 'viewBox="0 0 inf 100"'),
    "a mile": svg(_RECT, 'width="9e9" height="9e9"'),
    "a thread": svg(_RECT, 'viewBox="0 0 1 1000"'),
    "a thread by its size": svg(_RECT, 'viewBox="0 0 9 9" width="1" height="99"'),
}
"""SVG files that are no pictures of a size."""


def header(
    width: int = 100, height: int = 100, depth: int = 8, color: int = 0, rest: bytes = b"\0\0\0"
) -> bytes:
    """Return the header of a PNG picture."""
    return chunk(b"IHDR", width.to_bytes(4) + height.to_bytes(4) + bytes([depth, color]) + rest)


PIXELS = chunk(b"IDAT", zlib.compress((b"\0" + b"\x7f" * 100) * 100))
PNG = SIGNATURE + header() + PIXELS + END
_BOMB = zlib.compress(bytes(50_000_000), 9)

DAMAGED: dict[str, bytes] = {
    "the signature alone": SIGNATURE,
    "line ends that were changed": PNG.replace(b"\r\n", b"\n", 1),
    "no header": SIGNATURE + PIXELS + END,
    "two headers": SIGNATURE + header() * 2 + PIXELS + END,
    "a header that is short": SIGNATURE + chunk(b"IHDR", b"\0\0\0\1") + PIXELS + END,
    "no pixels": SIGNATURE + header() + END,
    "no end": SIGNATURE + header() + PIXELS,
    "cut short": PNG[:-20],
    "a length beyond the file": SIGNATURE + header() + b"\xff\xff\xff\xffIDAT",
    "a wrong checksum": SIGNATURE + header()[:-1] + b"\0" + PIXELS + END,
    "a wrong checksum of a text": PNG[:33] + b"\0\0\0\1tEXtx\0\0\0\0" + PNG[33:],
    "too small": SIGNATURE + header(89, 100) + PIXELS + END,
    "a pixel": SIGNATURE + header(1, 1) + PIXELS + END,
    "nothing wide": SIGNATURE + header(0, 100) + PIXELS + END,
    "too wide": SIGNATURE + header(4_097, 100) + PIXELS + END,
    "too many pixels": SIGNATURE + header(4_096, 4_096) + PIXELS + END,
    "a bomb of pixels": SIGNATURE + header(2**31 - 1, 2**31 - 1) + chunk(b"IDAT", _BOMB) + END,
    "three bits": SIGNATURE + header(depth=3) + PIXELS + END,
    "a color type of nobody": SIGNATURE + header(color=5) + PIXELS + END,
    "another compression": SIGNATURE + header(rest=b"\1\0\0") + PIXELS + END,
    "another interlacing": SIGNATURE + header(rest=b"\0\0\2") + PIXELS + END,
    "pixels that are not compressed": SIGNATURE + header() + chunk(b"IDAT", b"\x7f" * 999) + END,
    "pixels that end early": SIGNATURE + header() + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + END,
    "a filter of nobody": SIGNATURE + header() + chunk(b"IDAT", zlib.compress(b"\x09" * 10_100)) + END,
    "no palette": SIGNATURE + header(color=3) + PIXELS + END,
    "too many parts": SIGNATURE + header() + chunk(b"tEXt", b"a\0b") * 2_000 + PIXELS + END,
}
"""PNG files that are no pictures to be kept."""

ACTIVE = {
    name: raw
    for name, raw in UNSAFE.items()
    if b"alert(1)" in raw or (OUTSIDE.encode() in raw and b"<!" not in raw)
}
"""Those that would run something, or ask somebody, in the browser of whoever opens them."""
