"""What may stand in an uploaded SVG picture: the elements, attributes and values that only draw."""

import re
from typing import Final

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
XML: Final = "http://www.w3.org/XML/1998/namespace"

TEXTS: Final = frozenset({"text", "tspan", "title", "desc"})
"""The elements whose characters are kept. In any other they draw nothing."""

GRADIENTS: Final = frozenset({"linearGradient", "radialGradient"})
ELEMENTS: Final = (
    TEXTS
    | GRADIENTS
    | {"g", "defs", "symbol", "use", "style", "stop", "clipPath", "mask"}
    | {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
)

DROPPED_ELEMENTS: Final = frozenset({"metadata"})
_EDITORS: Final = (
    "http://www.inkscape.org/",
    "http://sodipodi.sourceforge.net/",
    "http://inkscape.sourceforge.net/",
    "http://ns.adobe.com/",
    "http://www.bohemiancoding.com/sketch/",
    "http://www.serif.com/",
    "http://www.figma.com/",
    "http://www.corel.com/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://purl.org/dc/",
    "http://creativecommons.org/ns#",
    "http://web.resource.org/cc/",
    "https://purl.imsglobal.org/",
    "http://openbadges.org",
)
"""How the names begin of what drawing programs note for themselves, and of badges that were baked in."""

_PRESENTATION: Final = """
alignment-baseline baseline-shift clip-path clip-rule color color-interpolation display dominant-baseline
fill fill-opacity fill-rule font font-family font-size font-stretch font-style font-variant font-weight
isolation letter-spacing line-height mask mask-type mix-blend-mode opacity overflow paint-order
shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration text-rendering
transform transform-origin vector-effect visibility white-space word-spacing writing-mode
"""
PRESENTATION: Final = frozenset(_PRESENTATION.split())
"""Properties that are kept, as attributes and in styles."""

_GEOMETRY: Final = """
clipPathUnits cx cy d dx dy fr fx fy gradientTransform gradientUnits height lengthAdjust maskContentUnits
maskUnits offset pathLength points preserveAspectRatio r refX refY rotate rx ry spreadMethod textLength
version viewBox width x x1 x2 y y1 y2
"""
GEOMETRY: Final = frozenset(_GEOMETRY.split())
"""Attributes whose value is numbers and words."""

WORDS: Final[dict[str, re.Pattern[str]]] = {
    "id": re.compile(r"[^\W\d][\w.:-]{0,199}"),
    "class": re.compile(r"[\w\s-]{0,500}"),
    "lang": re.compile(r"[A-Za-z0-9-]{0,35}"),
    f"{{{XML}}}lang": re.compile(r"[A-Za-z0-9-]{0,35}"),
    f"{{{XML}}}space": re.compile(r"default|preserve"),
    "role": re.compile(r"img|presentation|none|group|graphics-(?:document|object|symbol)"),
    "type": re.compile(r"text/css"),
    "aria-label": re.compile(r"[^\x00-\x1f]{0,500}"),
    "aria-hidden": re.compile(r"true|false"),
    "aria-labelledby": re.compile(r"[\w\s.:-]{0,500}"),
    "aria-describedby": re.compile(r"[\w\s.:-]{0,500}"),
}
"""Other attributes, each with what it may say."""

HREFS: Final = frozenset({"href", f"{{{XLINK}}}href"})
REFERRING: Final = GRADIENTS | {"use"}
"""The elements that may have an `href`."""

_DROPPED_ATTRIBUTES: Final = re.compile(
    r"data-[\w.-]+|enable-background|baseProfile|zoomAndPan|contentStyleType|contentScriptType"
    rf"|{re.escape('{' + XLINK + '}')}type"
)

NUMBERS: Final = re.compile(r"[\w\s.,%+()-]*")
REFERENCE: Final = re.compile(r"#([^\W\d][\w.:-]*)")
"""The address of a part of the same picture."""

HINTS: Final = {
    "script": "it runs in the browser of whoever opens the picture: take it out",
    "foreignObject": "it holds a page and no drawing: take it out",
    "image": "a picture in the picture is not accepted: draw it with shapes, or upload a PNG",
    "a": "a link in a picture is not accepted: take it out, and leave what is in it",
    "animate": "animations are not accepted: export a still picture",
    "animateTransform": "animations are not accepted: export a still picture",
    "animateMotion": "animations are not accepted: export a still picture",
    "animateColor": "animations are not accepted: export a still picture",
    "set": "animations are not accepted: export a still picture",
    "filter": "effects such as shadows are not accepted: take them out, or upload a PNG",
    "pattern": "patterns are not accepted: draw the shapes themselves, or upload a PNG",
    "marker": "markers are not accepted: turn them into paths, or upload a PNG",
    "textPath": "text on a path is not accepted: turn it into paths",
    "switch": "choices are not accepted: export the picture as plain SVG",
    "svg": "a picture in the picture is not accepted: make it a group, <g>",
    "font": "fonts are not accepted: turn text into paths",
}
"""What to do about an element that is refused, where more can be said than that it is not known."""


def is_note(namespace: str | None) -> bool:
    """Return whether what has this namespace draws nothing: an editor's notes, or a badge."""
    return namespace is not None and namespace.startswith(_EDITORS)


def is_dropped(attribute: str) -> bool:
    """Return whether an attribute of no namespace, or of XLink, means nothing to a picture."""
    return _DROPPED_ATTRIBUTES.fullmatch(attribute) is not None
