"""Access of programs: `Authorization: Token <secret>`."""

import datetime as dt

import pytest
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from clusters import actions
from clusters.authentication import TokenAuthentication, TokenScheme
from clusters.models import Token


class Door(APIView):
    """Opens for whoever is known."""

    authentication_classes = [TokenAuthentication]
    throttle_classes = []

    def get(self, request):
        return Response(request.user.email)

    post = get


def knock(header, method="get"):
    request = getattr(APIRequestFactory(), method)("/", HTTP_AUTHORIZATION=header)
    return Door.as_view()(request)


@pytest.fixture
def secret(ana):
    _token, secret = actions.create_token(
        ana, name="script", scopes=["read"], expires_at=None, actor=ana
    )
    return secret


def test_a_token_opens_what_its_scopes_say(secret, ana):
    answer = knock(f"Token {secret}")
    assert (answer.status_code, answer.data) == (200, ana.email)
    refused = knock(f"token {secret}", "post")
    assert refused.status_code == 403
    assert "write" in refused.data["detail"]
    Token.objects.update(scopes=["write"])
    assert knock(f"Token {secret}", "post").status_code == 200
    assert knock(f"Token {secret}").status_code == 403


@pytest.mark.parametrize("header", ["Token wrong", "Token", "Token a b", "", "Bearer x", "Token ñ"])
def test_other_headers_open_nothing(secret, header):
    answer = knock(header)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"


def test_an_expired_token_says_so(secret):
    Token.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert "expired" in knock(f"Token {secret}").data["detail"]


def test_a_sleeping_account_has_no_access(secret, ana):
    ana.is_active = False
    ana.save()
    assert knock(f"Token {secret}").status_code == 401


def test_the_last_use_is_noted_once_a_minute(secret, django_assert_num_queries):
    knock(f"Token {secret}")
    used = Token.objects.get().last_used_at
    assert used is not None
    with django_assert_num_queries(1):
        knock(f"Token {secret}")
    assert Token.objects.get().last_used_at == used
    Token.objects.update(last_used_at=used - dt.timedelta(minutes=1))
    knock(f"Token {secret}")
    assert Token.objects.filter(last_used_at__gt=used).exists()


def test_the_description_of_the_api_names_the_header():
    scheme = TokenScheme(TokenAuthentication).get_security_definition(None)
    assert (scheme["in"], scheme["name"]) == ("header", "Authorization")
