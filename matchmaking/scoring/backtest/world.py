"""Parts of the world as CORDIS readers use them, for slices and for targets read from records.

"europe" holds the EU member states and the countries associated with its research programmes. Countries
that the EU institutions write differently (EL, UK) are there in both spellings.
"""

from __future__ import annotations

REGIONS: dict[str, frozenset[str]] = {
    name: frozenset(codes.split())
    for name, codes in {
        "europe": "AD AL AM AT BA BE BG CH CY CZ DE DK EE EL ES FI FO FR GB GE GR HR HU IE IL IS IT LI"
        " LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM TR UA UK VA XK",
        "latam": "AG AR BB BO BR BS BZ CL CO CR CU DM DO EC GD GT GY HN HT JM KN LC MX NI PA PE PR PY SR"
        " SV TT UY VC VE",
        "namerica": "CA US",
        "easia": "CN HK JP KP KR MN MO TW",
        "sasia": "AF BD BN BT ID IN KH LA LK MM MV MY NP PH PK SG TH TL VN",
        "eeca": "AZ BY KG KZ RU TJ TM UZ",
        "mena": "AE BH DZ EG IQ IR JO KW LB LY MA OM PS QA SA SY TN YE",
        "oceania": "AU FJ KI MH NZ PG PW SB TO TV VU WS",
        "africa": "AO BF BI BJ BW CD CF CG CI CM CV DJ ER ET GA GH GM GN GQ GW KE KM LR LS MG ML MR MU MW"
        " MZ NA NE NG RW SC SD SL SN SO SS ST SZ TD TG TZ UG ZA ZM ZW",
    }.items()
}

_REGION_OF = {code: name for name, codes in REGIONS.items() for code in codes}


def region_of(country: str) -> str:
    """The part of the world of a country; empty for a code that is not listed."""
    return _REGION_OF.get(country, "")
