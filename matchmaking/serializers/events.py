"""Events, registrations, requests and meetings."""

from typing import Any

from rest_framework import serializers

from clusters.models import Organisation
from events.choices import Attendance, Format
from events.models import Event, Registration, Session
from matchmaking.models import Meeting, MeetingRequest
from matchmaking.scoring import CRITERIA
from matchmaking.serializers.organisations import codes, many

PRIVATE = ("parallel", "max_meetings", "max_per_day", "motivation")


def slugs(path: str) -> serializers.CharField:
    """A related row by its name in addresses."""
    return serializers.CharField(source=path, read_only=True)


class SessionSerializer(serializers.ModelSerializer[Session]):
    class Meta:
        model = Session
        fields = ["name", "format", "starts_at", "ends_at", "slot_minutes", "break_minutes"]


class EventSerializer(serializers.ModelSerializer[Event]):
    """An event; times in UTC, the event's clock in `time_zone`."""

    country = codes("country.code")
    region = codes("region.code")
    organisers = many("slug")
    sessions = SessionSerializer(many=True, read_only=True)

    class Meta:
        model = Event
        fields = [
            "slug", "name", "description", "status", "time_zone", "city", "venue", "country",
            "region", "starts_on", "ends_on", "printed_date", "organisers", "apply_until",
            "ask_until", "request_quota", "asking", "is_demo", "sessions",
        ]  # fmt: skip


class RegistrationSerializer(serializers.ModelSerializer[Registration]):
    """How an organisation takes part. What it can take on, and why it comes, is null for fellow participants."""

    event = slugs("event.slug")
    organisation = slugs("organisation.slug")
    parallel = serializers.IntegerField(read_only=True, allow_null=True)
    motivation = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = Registration
        fields = [
            "id", "event", "organisation", "status", "attendance", "formats", "parallel",
            "max_meetings", "max_per_day", "motivation", "applied_at",
        ]  # fmt: skip

    def to_representation(self, instance: Registration) -> dict[str, Any]:
        """The row; `is_inside` is annotated where somebody else may be reading."""
        shown = super().to_representation(instance)
        if not getattr(instance, "is_inside", True):
            shown.update(dict.fromkeys(PRIVATE))
        return shown


class DelegateSerializer(serializers.Serializer[Any]):
    """A person who comes."""

    name = serializers.CharField(max_length=150)
    email = serializers.EmailField(default="", allow_blank=True)
    job_title = serializers.CharField(max_length=150, default="", allow_blank=True)


class OrganisationField(serializers.SlugRelatedField[Organisation]):
    """An organisation by its slug; a text that PostgreSQL does not hold is the slug of none."""

    def to_internal_value(self, data: Any) -> Organisation:
        if "\x00" in str(data):
            self.fail("does_not_exist", slug_name=self.slug_field, value=data)
        return super().to_internal_value(data)


class ApplySerializer(serializers.Serializer[Any]):
    """An application to an event, in the name of an organisation that the caller acts for."""

    organisation = OrganisationField(
        slug_field="slug", queryset=Organisation.objects.none(), help_text="Its slug."
    )
    attendance = serializers.ChoiceField(choices=Attendance.choices, default=Attendance.ON_SITE)
    formats = serializers.MultipleChoiceField(choices=Format.choices, default=set)
    parallel = serializers.IntegerField(min_value=1, max_value=20, default=1)
    max_meetings = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    max_per_day = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    motivation = serializers.CharField(max_length=1500, default="", allow_blank=True)
    delegates = DelegateSerializer(many=True, default=list, help_text="More can be added later.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request is not None:
            field = self.fields["organisation"]
            field.queryset = Organisation.objects.acted_for_by(request.user)  # type: ignore[attr-defined]  # DRF's field


class RequestSerializer(serializers.ModelSerializer[MeetingRequest]):
    """A meeting request as both of its sides may see it."""

    event = slugs("event.slug")
    sender = slugs("sender.organisation.slug")
    receiver = slugs("receiver.organisation.slug")

    class Meta:
        model = MeetingRequest
        fields = [
            "id", "event", "sender", "receiver", "status", "reason", "message", "is_mutual",
            "sent_at", "answer_by", "answered_at", "answer_note",
        ]  # fmt: skip


class AskSerializer(serializers.Serializer[Any]):
    """Ask for a meeting: at which event, for whom, with whom, and why."""

    event = serializers.SlugField()
    organisation = serializers.SlugField(help_text="The organisation that asks.")
    to = serializers.SlugField(help_text="The organisation that is asked.")
    reason = serializers.ChoiceField(choices=CRITERIA, default="", allow_blank=True)
    message = serializers.CharField(max_length=1000, default="", allow_blank=True)


class AnswerSerializer(serializers.Serializer[Any]):
    """A note with an answer."""

    note = serializers.CharField(max_length=500, default="", allow_blank=True)


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting of the live schedule; `partner` is the other organisation."""

    event = slugs("event.slug")
    starts_at = serializers.DateTimeField(source="slot.starts_at", read_only=True)
    ends_at = serializers.DateTimeField(source="slot.ends_at", read_only=True)
    table = codes("table.name")
    sender = slugs("request.sender.organisation.slug")
    receiver = slugs("request.receiver.organisation.slug")

    class Meta:
        model = Meeting
        fields = [
            "uid", "event", "starts_at", "ends_at", "table", "sender", "receiver", "status",
            "sequence", "updated_at",
        ]  # fmt: skip
