"""The meeting in hand: where it could go, and what each step would do, before it is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from matchmaking.adapters.weights import weights_of
from matchmaking.models import DraftMeeting, MeetingRequest, ScheduleRun
from matchmaking.reads.organiser.places import Places
from matchmaking.reads.organiser.trial import Effect, Spot, Trial, write_spot
from matchmaking.reads.worths import worths
from matchmaking.wording.drafts import effect_text
from matchmaking.wording.weights import worth_text

Link = Callable[..., str]


@dataclass(frozen=True)
class Hand:
    """What the reader has chosen, and the step they are about to take."""

    run: ScheduleRun
    request: MeetingRequest
    meeting: DraftMeeting | None
    mode: str
    to: Spot | None
    other: int | None
    places: Places
    meetings: Mapping[str, DraftMeeting]
    is_open: bool

    def place(self, spot: Spot) -> str:
        """A spot in words."""
        return self.places.text(int(spot[0]), int(spot[1]) if spot[1] else None)

    def is_elsewhere(self, spot: Spot) -> bool:
        """Whether it is a spot of this event, and not where the meeting is already."""
        known = int(spot[0]) in self.places.slots
        known &= spot[1] is None or int(spot[1]) in self.places.tables
        return known and not (self.meeting and _spot(self.meeting) == spot)


@dataclass(frozen=True)
class Option:
    """A place or a meeting to choose, as an option of a form."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Inspector:
    """The meeting in hand with everything that can be done to it."""

    request: MeetingRequest
    meeting: DraftMeeting | None
    mode: str
    place: str
    points: int | None
    worth: str
    spots: tuple[Spot, ...]
    swaps: tuple[int, ...]
    options: tuple[Option, ...]
    effect: Effect | None
    effect_words: str
    question: str
    chosen: str
    move_href: str
    swap_href: str
    unschedule_href: str
    cancel_href: str
    again_href: str
    is_open: bool

    @property
    def one(self) -> str:
        """Who asked."""
        return self.request.sender.organisation.name

    @property
    def other(self) -> str:
        """Who was asked."""
        return self.request.receiver.organisation.name

    @property
    def spoken(self) -> str:
        """What the live region says: the meeting, then what the step in question does or breaks."""
        if self.effect is None:
            return f"{self.one}, {self.other}. {self.place}"
        said = " ".join(self.effect.conflicts) or self.effect_words
        return f"{self.one}, {self.other}. {self.question}: {said}"

    @property
    def may_do(self) -> bool:
        """Whether the step in question breaks no rule."""
        return self.effect is not None and not self.effect.conflicts


def inspect(hand: Hand, trial: Trial, link: Link) -> Inspector:
    """Look at what is in hand; places and partners for a swap only while they are asked for."""
    wish = str(hand.request.pk)
    can = hand.is_open and not (hand.meeting and hand.meeting.is_locked)
    spots = trial.spots(wish) if can and hand.mode in ("move", "place") else []
    swaps = trial.swaps(wish) if can and hand.mode == "swap" else []
    effect, question, chosen = _question(hand, trial) if can else (None, "", "")
    meeting = hand.meeting
    here = meeting.pk if meeting else None
    return Inspector(
        request=hand.request,
        meeting=meeting,
        mode=hand.mode if can else "",
        place=hand.place(_spot(meeting)) if meeting else "",
        points=meeting.weight if meeting else None,
        worth=_worth(hand),
        spots=tuple(spots),
        swaps=tuple(hand.meetings[key].pk for key in swaps),
        options=tuple(_options(hand, spots, swaps)),
        effect=effect,
        effect_words=_words(effect) if effect else "",
        question=question,
        chosen=chosen,
        move_href=link(meeting=here, mode="move"),
        swap_href=link(meeting=here, mode="swap"),
        unschedule_href=link(meeting=here, mode="unschedule"),
        cancel_href=link(meeting=here),
        again_href=link(
            meeting=here,
            request=None if meeting else hand.request.pk,
            mode=hand.mode,
            to=chosen if hand.mode in ("move", "place") else None,
            other=chosen if hand.mode == "swap" else None,
        ),
        is_open=hand.is_open,
    )


def _question(hand: Hand, trial: Trial) -> tuple[Effect | None, str, str]:
    """The step in question: what it does, its name, and its value for the form.

    A step that breaks a rule is looked at, too, so that its conflicts are said; it is not offered.
    """
    wish = str(hand.request.pk)
    if hand.mode in ("move", "place") and hand.to is not None and hand.is_elsewhere(hand.to):
        where = hand.place(hand.to)
        text = _("Move to %(place)s") if hand.mode == "move" else _("Place at %(place)s")
        return trial.effect({wish: hand.to}), text % {"place": where}, write_spot(hand.to)
    if hand.mode == "swap" and hand.meeting is not None:
        other = next((one for one in hand.meetings.values() if one.pk == hand.other), None)
        if other is not None and other.pk != hand.meeting.pk:
            there, here = _spot(other), _spot(hand.meeting)
            effect = trial.effect({wish: there, str(other.request_id): here})
            label = _("Change places with %(meeting)s") % {"meeting": _pair(other)}
            return effect, label, str(hand.other)
    if hand.mode == "unschedule" and hand.meeting is not None:
        return trial.effect({wish: None}), _("Take it out of the draft"), ""
    return None, "", ""


def _options(hand: Hand, spots: Sequence[Spot], swaps: Sequence[str]) -> Sequence[Option]:
    places = [Option(write_spot(spot), hand.place(spot), spot == hand.to) for spot in spots]
    partners = [
        Option(str(row.pk), f"{_pair(row)}, {hand.place(_spot(row))}", row.pk == hand.other)
        for row in (hand.meetings[key] for key in swaps)
    ]
    return places + partners


def _words(effect: Effect) -> str:
    return effect_text(
        points=effect.points,
        idle=effect.idle,
        table_changes=effect.table_changes,
        without=effect.without,
        tells=effect.tells,
    )


def _worth(hand: Hand) -> str:
    """What the meeting is worth now, with where the points come from."""
    (parts,) = worths([hand.request], weights_of(hand.run.event), hand.run.event).values()
    return worth_text(hand.request, parts)


def _spot(meeting: DraftMeeting) -> Spot:
    return str(meeting.slot_id), None if meeting.table_id is None else str(meeting.table_id)


def _pair(meeting: DraftMeeting) -> str:
    request = meeting.request
    return f"{request.sender.organisation.short_name} × {request.receiver.organisation.short_name}"
