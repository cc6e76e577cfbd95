"""The roster of shops: cities, time zones, taxes, and which system each shop runs.

Belongs here: what a shop is before its first day. Keep out: people, prices, anything that happens."""

from __future__ import annotations

from decimal import Decimal

from connectors.simulator.events import Site

# id, name, region, time zone, state, city, postal code, area code, ((jurisdiction, rate), ...)
ROSTER: tuple[tuple[str, str, str, str, str, str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("chi", "Chicago", "Midwest", "America/Chicago", "IL", "Chicago", "60601", "312",
     (("Illinois", "0.0625"), ("Cook County", "0.0175"), ("Chicago", "0.0125"))),
    ("den", "Denver", "Mountain", "America/Denver", "CO", "Denver", "80202", "303",
     (("Colorado", "0.0290"), ("Denver", "0.0515"))),
    ("atl", "Atlanta", "South", "America/New_York", "GA", "Atlanta", "30303", "404",
     (("Georgia", "0.0400"), ("Fulton County", "0.0490"))),
    ("sea", "Seattle", "West", "America/Los_Angeles", "WA", "Seattle", "98101", "206",
     (("Washington", "0.0650"), ("Seattle", "0.0385"))),
    ("bos", "Boston", "Northeast", "America/New_York", "MA", "Boston", "02108", "617",
     (("Massachusetts", "0.0625"),)),
    ("phx", "Phoenix", "Mountain", "America/Phoenix", "AZ", "Phoenix", "85004", "602",
     (("Arizona", "0.0560"), ("Maricopa", "0.0070"), ("Phoenix", "0.0230"))),
    ("dal", "Dallas", "South", "America/Chicago", "TX", "Dallas", "75201", "214",
     (("Texas", "0.0625"), ("Dallas", "0.0200"))),
    ("lax", "Los Angeles", "West", "America/Los_Angeles", "CA", "Los Angeles", "90012", "213",
     (("California", "0.0725"), ("Los Angeles", "0.0225"))),
    ("msp", "Minneapolis", "Midwest", "America/Chicago", "MN", "Minneapolis", "55401", "612",
     (("Minnesota", "0.06875"), ("Minneapolis", "0.0215"))),
    ("nyc", "New York", "Northeast", "America/New_York", "NY", "New York", "10007", "212",
     (("New York State", "0.0400"), ("New York City", "0.0450"), ("MCTD", "0.00375"))),
    ("anc", "Anchorage", "West", "America/Anchorage", "AK", "Anchorage", "99501", "907", ()),
    ("hnl", "Honolulu", "West", "Pacific/Honolulu", "HI", "Honolulu", "96813", "808",
     (("Hawaii GET", "0.0400"), ("Honolulu", "0.0050"))),
)  # fmt: skip
SYSTEMS = (("rowriter", "asterisk", 21), ("shopware", "asterisk", 18), ("dealertrack", "asterisk", 17),
           ("files", "files", 0))  # fmt: skip
ONE_RATE = ("shopware", "dealertrack")  # systems that know one sales tax, not jurisdictions


def make_sites(count: int) -> tuple[Site, ...]:
    return tuple(_site(index) for index in range(count))


def _site(index: int) -> Site:
    code, name, region, zone, state, city, postal, area, taxes = ROSTER[index % len(ROSTER)]
    lap = index // len(ROSTER) + 1
    dms, phone, columns = SYSTEMS[index % len(SYSTEMS)]
    rates = tuple((jurisdiction, Decimal(rate)) for jurisdiction, rate in taxes)
    if dms in ONE_RATE and rates:
        rates = ((f"{state} sales tax", sum((rate for _, rate in rates), Decimal("0.0000"))),)
    return Site(
        id=code if lap == 1 else f"{code}{lap}",
        name=name if lap == 1 else f"{name} {lap}",
        region=region,
        timezone=zone,
        source_code=f"S{index + 1}",
        dms=dms,
        phone=phone,
        phone_columns=columns,
        state=state,
        city=city,
        postal_code=postal,
        area_code=area,
        taxes=rates,
    )
