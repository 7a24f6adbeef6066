"""Pictures that people uploaded, as answers."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import etag, require_safe

from clusters.choices import PictureType
from clusters.models import Logo

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""An SVG that is opened by itself runs nothing and loads nothing."""


def picture_answer(content: bytes, media_type: str, name: str) -> HttpResponse:
    """The picture as it was uploaded, to be shown under a file name without ending."""
    response = HttpResponse(content, content_type=media_type)
    kind = PictureType(media_type).label.lower()
    shown = content_disposition_header(False, f"{name}.{kind}")
    response["Content-Disposition"] = shown or "inline"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _digest(request: HttpRequest, slug: str) -> str | None:
    rows = Logo.objects.visible_to(request.user).filter(organisation__slug=slug)
    found = rows.values_list("digest", flat=True).first()
    return f'"{found}"' if found else None


@require_safe
@login_not_required
@etag(_digest)
def logo(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The logo of an organisation, for whoever may see its profile."""
    found = get_object_or_404(Logo.objects.visible_to(request.user), organisation__slug=slug)
    return picture_answer(bytes(found.picture), found.media_type, slug)
