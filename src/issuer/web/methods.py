"""The methods that an address knows."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.routing import Match, Route
from starlette.types import Scope


def allowed(routers: Sequence[APIRouter], scope: Scope) -> str:
    """Return what `Allow` says of the address asked for (RFC 9110, section 10.2.1): HEAD is where GET is."""
    routes = [each for router in routers for each in router.routes if isinstance(each, Route)]
    known = {
        method
        for route in routes
        if route.matches(scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    return ", ".join(sorted(known | ({"HEAD"} if "GET" in known else set())))
