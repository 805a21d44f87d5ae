"""Time zones as a person looks for them: by region, in plain words."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

REGIONS = {
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
}

type Choice = tuple[str, str]


@cache
def zones_by_region() -> list[tuple[str, list[Choice]]]:
    """(region, zones in it), both in alphabetical order."""
    zones = sorted(zone for zone in available_timezones() if region_of(zone) in REGIONS)
    return [
        (region, [(zone, label_of(zone)) for zone in group])
        for region, group in groupby(zones, key=region_of)
    ]


def choices(current: str) -> list[Choice | tuple[object, list[Choice]]]:
    """What a select offers; the person's own zone stays on it, however unusual its name."""
    usual: list[Choice] = [("UTC", "UTC")]
    if current != "UTC" and region_of(current) not in REGIONS:
        usual.append((current, current))
    return [(_("Everywhere"), usual), *zones_by_region()]


def region_of(zone: str) -> str:
    return zone.partition("/")[0] if "/" in zone else ""


def label_of(zone: str) -> str:
    """America/Argentina/Buenos_Aires -> Argentina, Buenos Aires."""
    return zone.partition("/")[2].replace("/", ", ").replace("_", " ")
