"""The slug of an issuer in an address, or of its sandbox, which has a step more."""

from typing import Annotated

from fastapi import Path
from starlette.convertors import StringConvertor, register_url_convertor


class _SlugConvertor(StringConvertor):
    regex = "[^/]+(?:/test)?"


register_url_convertor("slug", _SlugConvertor())

Slug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,63}(/test)?$", examples=["alder"])]
"""For paths with `{slug:slug}`."""
