"""The shared checks, at their edges."""

import pytest
from django.core.exceptions import ValidationError

from clusters.validators import (
    Refused,
    check_characters,
    check_languages,
    check_length,
    check_slug,
    check_time_zone,
    check_website,
    website_link,
)


@pytest.mark.parametrize("value", ["a", "cluster-4-you", "x" * 80])
def test_good_slugs(value):
    check_slug(value)


@pytest.mark.parametrize("value", ["", "A", "a_b", "a--b", "-a", "ñ", "a b", "x" * 81])
def test_bad_slugs(value):
    with pytest.raises(ValidationError):
        check_slug(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "https://cluster.example",
        "http://cluster.example:8080/path?q=1#x",
        "www.cluster.example",
        "cluster.example:8080",
        "https://clúster.example",
    ],
)
def test_addresses_as_people_write_them(value):
    check_website(value)
    assert website_link(value) == (value if not value or "://" in value else f"https://{value}")


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)//cluster.example",
        "data:text/html,x",
        "ftp://cluster.example",
        "mailto:x@cluster.example",
        "localhost",
        "cluster",
        "https://",
        "https://cluster.example/a b",
        "https://-cluster.example",
        "https://cluster.example/\u202e",
        "https://cluster.example/" + "x" * 300,
    ],
)
def test_what_is_no_website(value):
    with pytest.raises(ValidationError):
        check_website(value)
    assert website_link(value) == ""


def test_time_zones_and_languages():
    check_time_zone("")
    check_time_zone("America/Monterrey")
    check_languages(["en", "es", "gl"])
    for wrong in ("Mars/Olympus", "../../etc/passwd", "UTC+1"):
        with pytest.raises(ValidationError):
            check_time_zone(wrong)
    for codes in (["klingon"], ["en", "en"], [""]):
        with pytest.raises(ValidationError):
            check_languages(codes)


def test_length_counts_what_a_reader_sees():
    check_length("e\u0301" * 10, 10)
    with pytest.raises(ValidationError, match="by 1 character "):
        check_length("x" * 11, 10)
    with pytest.raises(ValidationError, match="by 2 characters "):
        check_length("x" * 12, 10)


def test_emoji_and_right_to_left_text_are_text():
    check_characters("🤝 שלום مرحبا\n\tñ")
    for hidden in ("\x00", "\x1b[31m", "\u202e", "\ud800"):
        with pytest.raises(ValidationError):
            check_characters(f"a{hidden}b")


def test_a_refusal_has_a_code_for_programs_and_a_sentence_for_people():
    refused = Refused("This is %(now)s.", code="state", params={"now": "listed"})
    assert (refused.code, refused.text) == ("state", "This is listed.")
