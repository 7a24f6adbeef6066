"""Components say the same to eyes and ears, escape what people wrote, and refuse a misspelling."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation


def show(text: str, **context: Any) -> str:
    return Template("{% load ui clocks %}" + text).render(Context(context))


@dataclass(frozen=True)
class Footnote:
    number: int
    url: str = "claut.com.mx"


@dataclass(frozen=True)
class Citation:
    code: str
    section: str
    footnote: Footnote | None = None
    page: str = ""
    note: str = ""
    is_inferred: bool = False
    is_demo: bool = False


STATED = Citation("a", "4.1", Footnote(29))
INFERRED = Citation("b", "4.3", Footnote(47), is_inferred=True)
DEMO = Citation("c", "", is_demo=True)


class Application(forms.Form):
    website = forms.CharField(label="Website", help_text="As text.")
    note = forms.CharField(label="Note", required=False)
    online = forms.BooleanField(label="Online", required=False)

    def clean(self) -> None:
        raise forms.ValidationError("The call is closed.")


def test_a_misspelt_argument_fails_when_the_template_is_compiled() -> None:
    with pytest.raises(TemplateSyntaxError, match="unexpected keyword argument 'lable'"):
        Template('{% load ui %}{% button lable="Save" %}')


@pytest.mark.parametrize(
    "text",
    [
        '{% icon "unicorn" %}',
        '{% button label="Save" kind="loud" %}',
        '{% button label="Save" size="huge" %}',
        '{% state_tag "late" tone="purple" %}',
        '{% side "asia" %}',
        '{% stance place="Spain" level="maybe" %}',
        '{% label_chip level="tin" %}',
        '{% label_chip level="gold" state="fresh" %}',
        '{% progress_stage label="Plan" state="begun" %}',
        '{% notice tone="loud" %}<p></p>{% endnotice %}',
    ],
)
def test_a_value_outside_its_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not|allowed are"):
        show(text)


def test_names_are_escaped_everywhere() -> None:
    name = "<b>A&A</b>"
    for text in (
        "{% button label=name about=name %}",
        "{% link_button label=name href='#' %}",
        "{% side 'eu' text=name %}",
        "{% state_tag name %}",
        "{% count 2 label=name %}",
        "{% chip name=name value=name href='#' %}",
        "{% stance place=name level='active' %}",
        "{% dispute question=name left=name right=name %}",
        "{% empty_state title=name %}{{ name }}{% endempty_state %}",
        "{% notice %}<p>{{ name }}</p>{% endnotice %}",
        "{% star action='/s/' about=name pressed=True %}",
        "{% icon 'check' label=name %}",
    ):
        html = show(text, name=name)
        assert "<b>A" not in html, text
        assert "&lt;b&gt;A&amp;A" in html, text


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in show('{% icon "check" %}')
    assert 'role="img" aria-label="held"' in show('{% icon "check" label="held" %}')


def test_a_form_of_one_button_carries_its_token_and_where_to_go_next() -> None:
    html = Template(
        '{% load ui %}{% post_button label="Accept" action="/r/1/accept" about="CLAUT" next="/home/" %}'
    ).render(Context({"csrf_token": "abc"}))
    assert 'method="post" action="/r/1/accept"' in html
    assert 'name="csrfmiddlewaretoken" value="abc"' in html
    assert '<input type="hidden" name="next" value="/home/">' in html
    assert 'Accept<span class="hidden-text">: CLAUT</span>' in html


def test_errors_stand_in_a_summary_that_takes_focus_and_next_to_their_field() -> None:
    html = str(Application({"website": "", "note": ""}))
    assert "2 things to mend" in html
    assert "data-focus" in html
    assert "<li>The call is closed.</li>" in html
    assert '<a href="#id_website">Website</a>: This field is required.' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_website_helptext id_website_error"' in html
    assert 'id="id_website_error"' in html
    assert 'id="id_website_helptext"' in html


def test_a_form_without_errors_has_no_summary_and_says_what_is_optional() -> None:
    html = str(Application())
    assert "to mend" not in html
    assert 'Note <span class="optional">optional</span>' in html
    assert 'Website <span class="optional">' not in html
    assert '<label class="check"><input type="checkbox" name="online"' in html


def test_stated_inferred_and_invented_facts_never_look_alike() -> None:
    html = show("{% citations cites %}", cites=[STATED, INFERRED, DEMO])
    assert '<a class="cite" href="#cite-a">section 4.1, fn 29</a>' in html
    assert '<a class="cite cite-inferred" href="#cite-b">section 4.3, fn 47, inferred</a>' in html
    assert '<span class="stamp">demo data</span>' in html


def test_sources_are_listed_once_in_the_order_of_the_report() -> None:
    early = Citation("d", "2.2", Footnote(10))
    html = show("{% sources cites %}", cites=[INFERRED, STATED, STATED, early, DEMO])
    assert html.count("<li") == 3
    assert html.index("cite-d") < html.index("cite-a") < html.index("cite-b")


def test_not_said_is_never_a_dash_or_a_no() -> None:
    html = show('{% stance place="Spain" level="not_said" %}')
    assert "not said, which is not “no”" in html
    assert 'class="open"' in html


def test_a_label_says_its_state_in_words() -> None:
    day = date(2027, 5, 31)
    assert "lapsed, renewable to May 2027" in show(
        '{% label_chip level="silver" state="renewable" until=day %}', day=day
    )
    assert "lapsed 2027" in show(
        '{% label_chip level="bronze" state="lapsed" until=day %}', day=day
    )
    assert "ESCA Gold</span>" in show('{% label_chip level="gold" scheme="ESCA" %}')


def test_nothing_waiting_shows_nothing() -> None:
    assert show('{% count 0 label="requests" %}') == ""


def test_pages_keep_the_filters_of_the_address() -> None:
    request = RequestFactory().get("/find/", {"side": "mx", "page": "2"})
    html = show(
        "{% pagination page=page %}", request=request, page=Paginator(range(320), 50).page(2)
    )
    assert "51 to 100 of 320" in html
    assert 'rel="prev" href="?side=mx&amp;page=1"' in html
    assert 'rel="next" href="?side=mx&amp;page=3"' in html


def test_a_stage_line_says_where_it_is() -> None:
    stages = [("call", "call"), ("booking", "booking"), ("closed", "closed")]
    html = show("{% stage_line stages=stages current='booking' %}", stages=stages)
    assert 'aria-label="Stage 2 of 3: booking"' in html
    assert 'x2="50.0%"' in html


@pytest.mark.parametrize(("value", "width"), [(6, "60.0%"), (12, "100.0%"), (0, "0.0%")])
def test_a_meter_never_leaves_its_track(value: int, width: str) -> None:
    html = show("{% meter label='Asked' value=value maximum=10 %}", value=value)
    assert f'width="{width}"' in html
    assert f"{value} of 10" in html


def test_lengths_stay_numbers_where_the_language_writes_a_comma() -> None:
    with translation.override("es"):
        html = show("{% meter label='Pedidas' value=1 maximum=3 %}")
    assert 'width="33.3%"' in html


AT = datetime(2027, 3, 10, 16, 27, tzinfo=UTC)
LATE = datetime(2027, 3, 11, 0, 20, tzinfo=UTC)


def test_the_clock_of_the_event_comes_first() -> None:
    html = show(
        '{% two_clocks at=at event_zone="America/Mexico_City" event_place="Mexico City" '
        'own_zone="Europe/Madrid" own_place="Madrid" %}',
        at=AT,
    )
    assert html.index("10:27") < html.index("17:27")
    assert "+7 h" in html


def test_the_gap_of_a_clock_behind_has_a_true_minus() -> None:
    html = show(
        '{% two_clocks at=at event_zone="Asia/Kolkata" event_place="Delhi" '
        'own_zone="Europe/Madrid" own_place="Madrid" %}',
        at=AT,
    )
    assert "\N{MINUS SIGN}4.5 h" in html


def test_one_clock_is_enough_where_both_agree() -> None:
    html = show(
        '{% slot_time at=at event_zone="Europe/Paris" own_zone="Europe/Madrid" own_place="Madrid" %}',
        at=AT,
    )
    assert "<small>" not in html


def test_another_day_on_ones_own_clock_is_named() -> None:
    html = show(
        '{% slot_time at=at event_zone="America/Mexico_City" own_zone="Europe/Madrid" %}', at=LATE
    )
    assert "18:20" in html
    assert "01:20 Thu" in html


def test_a_relative_time_has_the_absolute_one_behind_it() -> None:
    html = show('{% moment at zone="America/Mexico_City" now=now %}', at=LATE, now=AT)
    assert ">in 7\N{NO-BREAK SPACE}hours</time>" in html
    assert "10 March 2027" in html
    assert "CST" in html
    assert "7\N{NO-BREAK SPACE}hours ago" in show("{% moment at now=now %}", at=AT, now=LATE)
