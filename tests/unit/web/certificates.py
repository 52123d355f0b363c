"""Certificates to render: a plain one, and as much as one sheet can reasonably be asked to hold."""

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Final

from issuer.web.pages.certificate_views import CertificateView, Provider
from issuer.web.pages.views import Alignment, BadgeContent, Result, State
from tests.unit.web import samples

EASTERN: Final = timezone(timedelta(hours=-4), "EDT")
PROVIDER: Final = Provider(
    legal_name="Alder County Public School District No. 12",
    address="12 Main Street, Alder, PA 16001",
    numbers=(("PA", "4471"),),
    official="Marisol Ortega, Superintendent",
)
FULL_PROVIDER: Final = Provider(
    legal_name="Alder and San Joaquin Valley County Unified School District No. 12, State of Pennsylvania",
    address="Oficina de Desarrollo Profesional, 1200 Avenida Reverendo Martin Luther King Jr., Suite 400, "
    "Alder, PA 16001-2345, US",
    numbers=(("PA", "4471"), ("TX", "501-123"), ("MS", "DS-2231-88")),
    official="Dra. Marisol Ortega-Whitfield, Superintendente de Escuelas",
)
FULL: Final = replace(
    samples.CONTENT,
    name="Retroalimentación formativa que impulsa el aprendizaje de estudiantes multilingües",
    holder="María Guadalupe Fernández-Villavicencio de la Torre Etxeberria",
    description="Planifica, ofrece y revisa retroalimentación oportuna, específica y comprensible en dos "
    "idiomas, que los estudiantes multilingües usan para mejorar sus textos; documenta cómo cambian los "
    "borradores después de cada ronda y ajusta su enseñanza según lo que muestran esos cambios, en "
    "colaboración con las familias y con el equipo docente del grado.",
    language="es",
    issuer=replace(
        samples.DISTRICT,
        name="Distrito Escolar Unificado del Condado de Alder y Valle de San Joaquín",
        color="#7a2f3d",
    ),
    assessed_by="Consorcio Regional para el Desarrollo Profesional Docente del Noroeste",
    credit_hours=22.5,
    results=tuple(
        Result(criterion=f"{what} de la retroalimentación y del trabajo", level="Sobresaliente")
        for what in ("Calidad", "Oportunidad", "Uso", "Claridad", "Equidad", "Reflexión")
    ),
    alignments=tuple(
        Alignment(
            name=f"Evaluación y planificación de la enseñanza {number}",
            framework="InTASC Model Core Teaching Standards and Learning Progressions for Teachers 1.0",
            code=str(number),
        )
        for number in range(6, 11)
    ),
)


def view(
    state: State = "current",
    content: BadgeContent = samples.CONTENT,
    provider: Provider = PROVIDER,
    *,
    initials: bool = False,
) -> CertificateView:
    """Return a certificate of a badge in a state, checked at 10:05 in the morning."""
    badge = samples.badge(state, content)
    local = replace(badge, checked_at=badge.checked_at.astimezone(EASTERN))
    return CertificateView(badge=local, provider=provider, initials=initials)
