"""Events, registrations, meeting requests and the agenda."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.models import Organisation
from events.actions import apply_to_event
from events.models import Event, Registration
from matchmaking.actions import (
    accept_request,
    ask_for_meeting,
    decline_request,
    withdraw_registration,
    withdraw_request,
)
from matchmaking.api.caller import caller
from matchmaking.models import Meeting, MeetingRequest
from matchmaking.reads.asking import ask_page, both_or_refused
from matchmaking.serializers.events import (
    AnswerSerializer,
    ApplySerializer,
    AskSerializer,
    EventSerializer,
    MeetingSerializer,
    RegistrationSerializer,
    RequestSerializer,
)


class EventViewSet(viewsets.ReadOnlyModelViewSet[Event]):
    """Events that have left their draft."""

    lookup_field = "slug"
    permission_classes = (AllowAny,)
    serializer_class = EventSerializer
    filterset_fields = ("status", "is_demo")
    queryset = Event.objects.none()

    def get_queryset(self) -> QuerySet[Event]:
        rows = Event.objects.visible_to(self.request.user).select_related("country", "region")
        return rows.prefetch_related("organisers", "sessions").order_by("slug")

    @extend_schema(request=ApplySerializer, responses={201: RegistrationSerializer})
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def apply(self, request: Request, slug: str) -> Response:
        """Apply for an organisation that the caller acts for."""
        form = ApplySerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        values = {**form.validated_data, "formats": sorted(form.validated_data["formats"])}
        registration = apply_to_event(self.get_object(), actor=caller(request), **values)
        return Response(RegistrationSerializer(registration).data, status.HTTP_201_CREATED)


class RegistrationViewSet(viewsets.ReadOnlyModelViewSet[Registration]):
    """Registrations of one's own organisations, of events one organises, and of fellow participants."""

    serializer_class = RegistrationSerializer
    filterset_fields = ("event__slug", "status", "organisation__slug")
    queryset = Registration.objects.none()

    def get_queryset(self) -> QuerySet[Registration]:
        rows = Registration.objects.visible_to(self.request.user)
        inside = Exists(_insight(self.request.user).filter(pk=OuterRef("pk")))
        rows = rows.annotate(is_inside=inside).select_related("event", "organisation")
        return rows.order_by("pk")

    @extend_schema(request=None, responses=RegistrationSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Withdraw: its meetings are cancelled and its open requests end."""
        registration = withdraw_registration(self.get_object(), actor=caller(request))
        return Response(RegistrationSerializer(registration).data)


def _insight(user: Any) -> QuerySet[Registration]:
    """Registrations whose own plans `user` may read: one's own, and those of events one organises."""
    if user.is_superuser:
        return Registration.objects.all()
    return Registration.objects.filter(
        Q(organisation__representatives__user=user) | Q(event__team__user=user)
    )


class RequestViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[MeetingRequest]
):
    """Meeting requests that one's organisations wrote or received."""

    serializer_class = RequestSerializer
    filterset_fields = ("event__slug", "status")
    queryset = MeetingRequest.objects.none()

    def get_queryset(self) -> QuerySet[MeetingRequest]:
        return (
            MeetingRequest.objects.visible_to(self.request.user)
            .select_related("event", "sender__organisation", "receiver__organisation")
            .order_by("-sent_at", "-pk")
        )

    @extend_schema(request=AskSerializer, responses={201: RequestSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a meeting. A request that waits the other way is accepted instead."""
        form = AskSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = form.validated_data
        event = get_object_or_404(Event.objects.visible_to(request.user), slug=values["event"])
        own = get_object_or_404(
            Organisation.objects.acted_for_by(request.user), slug=values["organisation"]
        )
        other = Organisation.objects.visible_to(request.user).filter(slug=values["to"]).first()
        if other is None:
            raise ValidationError({"to": _("There is no such organisation.")})
        sender, receiver = both_or_refused(ask_page(event, own, other))
        made = ask_for_meeting(
            sender,
            to=receiver,
            reason=values["reason"],
            message=values["message"],
            actor=caller(request),
        )
        return Response(RequestSerializer(made).data, status.HTTP_201_CREATED)

    @extend_schema(request=AnswerSerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Accept a request that was received."""
        row = accept_request(self.get_object(), note=self._note(request), actor=caller(request))
        return Response(RequestSerializer(row).data)

    @extend_schema(request=AnswerSerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Decline a request that was received."""
        row = decline_request(self.get_object(), note=self._note(request), actor=caller(request))
        return Response(RequestSerializer(row).data)

    @extend_schema(request=None, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Withdraw a request that was sent, or that both agreed on."""
        return Response(
            RequestSerializer(withdraw_request(self.get_object(), actor=caller(request))).data
        )

    def _note(self, request: Request) -> str:
        form = AnswerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return str(form.validated_data["note"])


class AgendaViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Meeting]):
    """Meetings of the organisations that the caller acts for, in order of time."""

    serializer_class = MeetingSerializer
    filterset_fields = ("event__slug", "status")
    queryset = Meeting.objects.none()

    def get_queryset(self) -> QuerySet[Meeting]:
        mine = Organisation.objects.acted_for_by(self.request.user)
        return (
            Meeting.objects.of_any(mine)
            .select_related(
                "event", "slot", "table",
                "request__sender__organisation", "request__receiver__organisation",
            )
            .order_by("slot__starts_at", "pk")
        )  # fmt: skip
