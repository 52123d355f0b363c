"""The data dictionary of an export, for the people who load it. It tells what there would be, of nobody."""

from fastapi import APIRouter, Request, Response

from issuer.core.exchange.exports import columns, layouts, samples
from issuer.core.exchange.exports.profile import columns_of
from issuer.services.exports import profiles
from issuer.services.exports.profiles import Export
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import badge_view, forms, languages
from issuer.web.dependencies import BaseDep, ContextDep, tenant_at
from issuer.web.pages import dictionary_views, render
from issuer.web.pages.dictionary_views import ColumnLine, DictionaryView
from issuer.web.routes.exports import Named
from issuer.web.slugs import Slug

router = APIRouter(include_in_schema=False)


@router.get("/i/{slug:slug}/exports/{name}")
def read_dictionary(
    request: Request, context: ContextDep, base: BaseDep, slug: Slug, name: Named
) -> Response:
    """Return the page of a profile's columns."""
    tenant = tenant_at(context, slug, base)
    with context.database.read() as session:
        export = profiles.load(session, tenant.id, name)
    lang = languages.of(request, tenant)
    issuer = badge_view.issuer_ref(
        profile_of(context, tenant), context.addresses(tenant), presentation_of(tenant)
    )
    view = DictionaryView(
        issuer=issuer,
        agency=export.profile.title,
        name=export.row.name,
        version=export.row.version,
        columns=tuple(_lines(export)),
        tombstone=columns.TOMBSTONE,
    )
    text = render.page(
        "dictionary", lang, dictionary_views.head(view, lang), view, chosen=languages.is_chosen(request)
    )
    return forms.public_page(request, text)


def _lines(export: Export) -> list[ColumnLine]:
    example = samples.sample(export.profile)[0]
    return [
        ColumnLine(
            name=each.name,
            kind=each.kind,
            means=each.means,
            required=each.required,
            example=layouts.flat(example[each.name])[:80],
        )
        for each in columns_of(export.profile)
    ]
