"""Demo accounts. Mailboxes use the reserved domain `.example`; nobody of them exists."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission

from clusters.actions import add_representative
from clusters.choices import Role
from clusters.models import Organisation, User

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "puente-demo"  # noqa: S105  # shown to everybody who runs the demo


@dataclass(frozen=True)
class Account:
    """One demo log-in; `organisation` is a slug, or empty."""

    email: str
    name: str
    role: str
    organisation: str = ""
    language: str = "en"
    time_zone: str = "Europe/Madrid"


MEXICO = "America/Mexico_City"
MANAGER = "cluster manager"
ACCOUNTS = (
    Account("ana@ceaga.example", "Ana Demo", MANAGER, "ceaga"),
    Account("beto@ceaga.example", "Beto Demo", "delegate", "ceaga", "es"),
    Account("mateo@claut.example", "Mateo Demo", MANAGER, "claut", "es", "America/Monterrey"),
    Account("itziar@energia.example", "Itziar Demo", MANAGER, "basque-energy-cluster", "es"),
    Account("lucia@biocluster.example", "Lucía Demo", MANAGER, "biocluster-nl", "es", MEXICO),
    Account(
        "diego@aerospace.example", "Diego Demo", MANAGER, "aerospace-alliance-bc", "es",
        "America/Tijuana",
    ),
    Account(
        "chloe@valley.example", "Chloé Demo", MANAGER, "aerospace-valley", "en", "Europe/Paris"
    ),
    Account("olga@puente.example", "Olga Demo", "organiser", "", "en", MEXICO),
    Account("clara@puente.example", "Clara Demo", "curator", "", "en", "Europe/Brussels"),
)  # fmt: skip
CURATED = ("clusters", "events", "matchmaking")
# Curators keep profiles; what organisations say to each other is none of their business.
PRIVATE = ("meetingrequest", "exclusion", "contactreceipt", "outcome")


def ensure_accounts() -> "Iterator[Account]":
    """Create what is missing of the demo log-ins, and give everybody the demo password."""
    system = User.objects.system()
    for account in ACCOUNTS:
        user = _ensure_user(account)
        if account.organisation:
            organisation = Organisation.objects.get(slug=account.organisation)
            role = Role.OWNER if account.role == MANAGER else Role.MEMBER
            if not organisation.representatives.filter(user=user).exists():
                add_representative(organisation, user=user, role=role, actor=system)
        yield account


def _ensure_user(account: Account) -> User:
    user = User.objects.filter(email=account.email).first() or User(email=account.email)
    user.name = account.name
    user.language = account.language
    user.time_zone = account.time_zone
    user.is_demo = True
    user.is_staff = account.role == "curator"
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if user.is_staff:
        rights = Permission.objects.filter(content_type__app_label__in=CURATED)
        user.user_permissions.set(rights.exclude(content_type__model__in=PRIVATE))
    return user
