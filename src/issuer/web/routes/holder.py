"""The page behind a holder's link, and what can be done on it."""

from functools import partial
from typing import Annotated, Final, Literal, get_args
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse

from issuer.context import Context
from issuer.core.fields import InvalidFields, Strict, read
from issuer.core.naming import NameShown
from issuer.services import elsewhere, mistakes, standing
from issuer.services import holder as holders
from issuer.services.holder import Holder, Visibility
from issuer.services.mistakes import Mistake, TooManyReports
from issuer.services.oauth import allowed
from issuer.services.standing import PublicBadge
from issuer.web import (
    badge_forms,
    badge_pictures,
    dependencies,
    drawing,
    file_names,
    forms,
    holder_copies,
    holder_view,
    languages,
)
from issuer.web.dependencies import BaseDep, ContextDep, RawBody
from issuer.web.drawing import Studio
from issuer.web.holder_view import Outcome
from issuer.web.multipart import UnreadableForm
from issuer.web.pages import holder_views, render
from issuer.web.pages.holder_views import Done
from issuer.web.routes.badges import BadgeId

router = APIRouter(prefix="/h/{token}", include_in_schema=False)

_MOST_FIELDS: Final = 8


class Seen(Strict):
    """Who may see a badge."""

    visibility: Visibility


class Named(Strict):
    """How the name stands on a badge's page."""

    name: NameShown


def opened(request: Request, context: ContextDep, base: BaseDep, token: str) -> Holder:
    """Return who opened the link, or raise `UnusableLink`."""
    found = holders.opened(context, token, base, request.state.request_id)
    request.state.tenant_id = found.tenant.id
    return found


def filled(raw: RawBody) -> dict[str, str]:
    """Return the fields of a form as browsers send it, or raise `UnreadableForm`."""
    try:
        found = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise UnreadableForm("the form cannot be parsed") from error
    return {name: values[0] for name, values in found.items()}


async def admitted(request: Request) -> None:
    """Take this address's share of what strangers may ask, or raise `TooManyRequests`."""
    dependencies.admit(request)


HeldId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
Suffix = Annotated[Literal["json", "jwt"], Path()]
GrantId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
HolderDep = Annotated[Holder, Depends(opened)]
FormDep = Annotated[dict[str, str], Depends(filled)]


@router.get("")
def read_badges(request: Request, context: ContextDep, holder: HolderDep, token: str) -> Response:
    """Return the page with all badges of the person, and beside one what was just done to it."""
    badges = standing.undamaged(context, holders.badges(context, holder), holder.tenant)
    view = holder_view.holder_view(context, holder, token, badges, _outcome(request))
    lang = languages.of(request, holder.tenant)
    return forms.page(
        render.page("holder", lang, holder_views.head(view, lang), view, chosen=languages.is_chosen(request)),
        forms.NOT_KEPT,
    )


@router.get("/badges.zip", dependencies=[Depends(admitted)])
def read_copies(request: Request, context: ContextDep, holder: HolderDep) -> Response:
    """Return every badge in every form, in one file that is made while it is sent."""
    badges = standing.undamaged(context, holders.badges(context, holder), holder.tenant)
    pieces = holder_copies.zipped(context, holder, badges, languages.of(request, holder.tenant))
    headers = {**forms.NOT_KEPT, "content-disposition": 'attachment; filename="badges.zip"'}
    studio: Studio = request.app.state.studio
    return StreamingResponse(studio.pieces(pieces), media_type="application/zip", headers=headers)


@router.get("/{badge_id}.json")
def read_file(context: ContextDep, holder: HolderDep, badge_id: BadgeId) -> Response:
    """Return the signed file of a badge, a private one too: it is its holder who asks."""
    badge = standing.intact(context, holders.badge(context, holder, badge_id), holder.tenant)
    return _copy(badge, badge.text.encode(), "json", forms.FILE_TYPES[0])


@router.get("/{badge_id}.png")
async def read_picture(request: Request, holder: HolderDep, badge_id: BadgeId) -> Response:
    """Return a badge inside its picture, a private one too: it is its holder who asks."""
    return await drawing.answer(request, partial(_picture, holder, badge_id))


@router.post("/{badge_id}/visibility")
def change_visibility(
    request: Request, context: ContextDep, holder: HolderDep, form: FormDep, badge_id: BadgeId
) -> Response:
    """Let everybody, those with the address or nobody see a badge."""
    wanted = read(Seen, form).visibility
    holders.show_to(context, holder, badge_id, wanted)
    return _back(request, holder, badge_id, wanted)


@router.post("/{badge_id}/name")
def change_name(
    request: Request, context: ContextDep, holder: HolderDep, form: FormDep, badge_id: BadgeId
) -> Response:
    """Show the name on a badge's page in full or as initials."""
    wanted = read(Named, form).name
    holders.show_name(context, holder, badge_id, wanted)
    return _back(request, holder, badge_id, wanted)


@router.post("/{badge_id}/mistake", dependencies=[Depends(admitted)])
def report_mistake(
    request: Request, context: ContextDep, holder: HolderDep, form: FormDep, badge_id: BadgeId
) -> Response:
    """Tell the issuer what is wrong with a badge."""
    back = partial(_back, request, holder, badge_id)
    text = form.get("text", "").replace("\r\n", "\n").strip()
    try:
        mistakes.report(context, holder, badge_id, read(Mistake, {"text": text}))
    except InvalidFields:
        return back("unsent")
    except TooManyReports:
        return back("enough")
    return back("reported")


@router.get("/others/{held_id}.{suffix}")
def read_other(context: ContextDep, holder: HolderDep, held_id: HeldId, suffix: Suffix) -> Response:
    """Return a badge of another issuer exactly as it came."""
    row = elsewhere.of_holder_one(context, holder, held_id)
    media = "application/jwt" if suffix == "jwt" else forms.FILE_TYPES[0]
    shown = holder_view.other(row, ZoneInfo("UTC"))
    stem = holder_copies.other_file_name(row, shown.name)
    named = file_names.disposition(stem, f".{shown.suffix}", use="attachment")
    return Response(
        row.text.encode(), media_type=media, headers={**forms.NOT_KEPT, "content-disposition": named}
    )


@router.post("/programs/{grant_id}/stop")
def stop_program(request: Request, context: ContextDep, holder: HolderDep, grant_id: GrantId) -> Response:
    """End what a program may do."""
    allowed.stop(context, holder, grant_id)
    lang, token = languages.of(request, holder.tenant), request.path_params["token"]
    place = f"../../../{token}?lang={lang}#programs"
    return Response(status_code=303, headers={**forms.NOT_KEPT, "location": place})


def _picture(holder: Holder, badge_id: str, context: Context) -> Response:
    badge = standing.intact(context, holders.badge(context, holder, badge_id), holder.tenant)
    return _copy(badge, badge_pictures.png_of(context, badge), "png", badge_forms.PNG)


def _copy(badge: PublicBadge, content: bytes, suffix: str, media: str) -> Response:
    stem = holder_copies.file_name(badge)
    named = file_names.disposition(stem, f".{suffix}", use="attachment")
    return Response(content, media_type=media, headers={**forms.NOT_KEPT, "content-disposition": named})


def _outcome(request: Request) -> Outcome | None:
    """Return what was done, as far as it is one of the things that can be: nothing of it is repeated."""
    asked = request.query_params
    done: Done | None = next((each for each in get_args(Done) if each == asked.get("done")), None)
    return Outcome(done, asked.get("badge", "")) if done else None


def _back(request: Request, holder: Holder, badge_id: str, done: Done) -> Response:
    """Lead back to the page by a relative address, so that nowhere else can be led to."""
    lang, token = languages.of(request, holder.tenant), request.path_params["token"]
    place = f"../../{token}?lang={lang}&done={done}&badge={badge_id}#b-{badge_id}"
    return Response(status_code=303, headers={**forms.NOT_KEPT, "location": place})
