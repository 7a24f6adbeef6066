"""The pages that search engines may list."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from clusters.models import Organisation, SuccessStory


class PageSitemap(Sitemap):
    """Pages that stand alone."""

    def items(self) -> list[str]:
        return ["start", "how_it_works", "stories", "about_data", "privacy"]

    def location(self, item: str) -> str:
        return reverse(item)


class ProfileSitemap(Sitemap):
    """Profiles of listed organisations, without invented ones."""

    limit = 5000

    def items(self) -> QuerySet[Organisation]:
        found: QuerySet[Organisation] = Organisation.objects.listed().filter(is_demo=False)
        return found.only("slug", "updated_at").order_by("pk")

    def lastmod(self, item: Organisation) -> Any:
        return item.updated_at


class StorySitemap(Sitemap):
    """Success stories."""

    def items(self) -> QuerySet[SuccessStory]:
        return SuccessStory.objects.only("code").order_by("code")


SITEMAPS: dict[str, type[Sitemap]] = {
    "pages": PageSitemap,
    "profiles": ProfileSitemap,
    "stories": StorySitemap,
}
