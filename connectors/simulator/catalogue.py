"""The price list: jobs with their labor hours and parts, and how each kind of shop lets people pay.

Belongs here: what can be sold and paid with, before any customer. Keep out: a repair order, taxes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    number: str
    description: str
    brand: str
    department: str
    price: int  # cents
    cost: int  # cents
    quantity: int = 1
    core: int = 0  # cents, included in gross


@dataclass(frozen=True)
class Job:
    code: str
    title: str
    category: str
    weight: int
    tenths: int  # labor hours x 10
    parts: tuple[Part, ...] = ()
    fee: tuple[str, int, bool] | None = None  # description, cents each, taxable (counts in parts)
    sublet: tuple[str, int, int] | None = None  # description, cents, cost
    other: tuple[str, int] | None = None  # description, cents


JOBS = (
    Job(
        "LOF",
        "Oil and filter change",
        "LOF",
        30,
        5,
        (
            Part("OF-7317", "Oil filter", "Fram", "FLT", 1299, 540),
            Part("OIL-5W30", "Motor oil 5W-30, quart", "Mobil", "OIL", 899, 412, 5),
        ),
        ("Used oil disposal", 295, False),
    ),
    Job("INSP", "Multi-point inspection", "INSPECTION", 20, 3),
    Job(
        "TIRE4",
        "Four new tires, mounted and balanced",
        "TIRE",
        8,
        16,
        (
            Part("TR-2256517", "Tire 225/65R17", "Michelin", "TIR", 18900, 13650, 4),
            Part("VS-413", "Valve stem", "Dill", "TIR", 450, 110, 4),
        ),
        ("Tire disposal", 1200, False),
    ),
    Job(
        "TIRE2",
        "Two new tires, mounted and balanced",
        "TIRE",
        6,
        9,
        (Part("TR-2055516", "Tire 205/55R16", "Hankook", "TIR", 13450, 9520, 2),),
        ("Tire disposal", 600, False),
    ),
    Job("ROT", "Tire rotation", "TIRE", 10, 4),
    Job(
        "BRKF",
        "Front brake pads and rotors",
        "BRAKES",
        12,
        22,
        (
            Part("BP-1184", "Brake pads, front", "Akebono", "BRK", 8995, 4410),
            Part("RT-31402", "Brake rotor", "Centric", "BRK", 7450, 3890, 2),
        ),
    ),
    Job(
        "BRKR",
        "Rear brake pads",
        "BRAKES",
        8,
        14,
        (Part("BP-1185", "Brake pads, rear", "Akebono", "BRK", 7995, 3905),),
    ),
    Job(
        "BATT",
        "Battery replacement",
        "BATTERY",
        8,
        5,
        (Part("BAT-H6", "Battery H6 AGM", "Interstate", "BAT", 21995, 13740, 1, 2200),),
        ("Battery fee", 200, True),
    ),
    Job(
        "ALT",
        "Alternator replacement",
        "ELECTRICAL",
        4,
        18,
        (Part("ALT-8302", "Alternator, remanufactured", "Denso", "ELE", 31250, 19890, 1, 7500),),
    ),
    Job("DIAG", "Electrical diagnosis", "DIAGNOSIS", 12, 10),
    Job(
        "AC",
        "Air conditioning recharge",
        "AC",
        6,
        12,
        (Part("REF-134A", "Refrigerant, lb", "Chemours", "CHE", 3895, 1440, 2),),
    ),
    Job(
        "COOL",
        "Coolant flush",
        "FLUIDS",
        7,
        11,
        (Part("CLT-50", "Coolant, gallon", "Prestone", "CHE", 2399, 1125, 2),),
    ),
    Job(
        "TRAN",
        "Transmission service",
        "FLUIDS",
        5,
        15,
        (Part("ATF-SP4", "Transmission fluid, quart", "Valvoline", "OIL", 1399, 690, 7),),
    ),
    Job(
        "STRUT",
        "Front struts",
        "SUSPENSION",
        5,
        34,
        (Part("ST-7250", "Strut assembly", "KYB", "SUS", 24875, 15160, 2),),
    ),
    Job(
        "PLUG",
        "Spark plugs",
        "TUNEUP",
        6,
        13,
        (Part("SP-9723", "Spark plug, iridium", "NGK", "IGN", 1649, 820, 4),),
    ),
    Job("WIPE", "Wiper blades", "MISC", 9, 1, (Part("WB-26", "Wiper blade", "Bosch", "MIS", 2495, 1130, 2),)),
    Job("ALIGN", "Four-wheel alignment", "ALIGNMENT", 6, 2, sublet=("Alignment at frame shop", 10995, 7500)),
    Job("GLASS", "Windshield replacement", "GLASS", 2, 1, sublet=("Glass company", 38900, 29700)),
    Job("TOW", "Towing", "TOWING", 3, 0, other=("Towing", 12500)),
)
WEIGHTS = tuple(job.weight for job in JOBS)
PLAIN = tuple(job for job in JOBS if job.other is None and not any(part.core for part in job.parts))
PLAIN_WEIGHTS = tuple(job.weight for job in PLAIN)  # systems without core charges and other charges

CARDS = (
    ("card", "Visa", 40),
    ("card", "MasterCard", 25),
    ("card", "Amex", 9),
    ("card", "Discover", 6),
    ("card", "Debit", 8),
)
COUNTER = (("cash", "Cash", 12), ("check", "Check", 9))
CREDIT = (("financing", "Synchrony", 5), ("ach", "ACH", 2))
METHODS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "rowriter": CARDS + COUNTER + CREDIT,
    "shopware": CARDS[:4] + COUNTER + CREDIT[:1],
    "files": CARDS
    + COUNTER
    + CREDIT
    + (("other", "Gift Certificate", 2), ("store_credit", "Store Credit", 3)),
}
LABELLED = ("rowriter", "files")  # systems that say what kind of payment a payment is
