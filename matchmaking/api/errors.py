"""Errors for programs: one shape, and the status that fits."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from clusters.validators import Refused


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal is 409 with the rule's code; bad input is 400 by field; the rest is DRF's."""
    if isinstance(error, Refused):
        return Response({"code": error.code, "detail": error.text}, status.HTTP_409_CONFLICT)
    if isinstance(error, DjangoValidationError):
        detail = error.message_dict if hasattr(error, "error_dict") else error.messages
        error = ValidationError(detail)
    return exception_handler(error, context)
