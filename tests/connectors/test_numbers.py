"""What a source writes as a telephone number, and the number in E.164 that it is."""

from __future__ import annotations

import polars as pl
import pytest

from connectors.base import TieoutError
from connectors.reading.numbers import check_country, e164, with_e164


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("3125550101", "US", "+13125550101"),
        ("(312) 555-0101", "US", "+13125550101"),
        ("1.312.555.0101", "US", "+13125550101"),
        ("93125550177", "US", "+13125550177"),  # dialed for an outside line
        ("913125550177", "US", "+13125550177"),
        ("+493012345678", "US", "+493012345678"),
        ("011493012345678", "US", "+493012345678"),
        ("030 12345678", "DE", "+493012345678"),
        ("0049 30 12345678", "DE", "+493012345678"),
        ("12055550010", "US", "+12055550010"),  # the vendor left out the plus
        ("5550177", "US", None),  # whose area code nobody knows
        ("101", "US", None),
        ("101", "DE", None),  # an extension, though so short a number could be one
        ("anonymous", "US", None),
        ("client13125550101", "US", None),
        ("sip:101@shop.example", "US", None),
        ("312555010112345678", "US", None),
        ("", "US", None),
    ],
)
def test_a_text_is_one_number_or_none(text: str, country: str, number: str | None) -> None:
    assert e164(text, country, "9") == number


def test_a_frame_gains_the_numbers_beside_its_texts() -> None:
    frame = pl.DataFrame({"src": ["101", None, "3125550101"]}, schema={"src": pl.String})
    told = with_e164(frame, "US", {"src": "src_e164", "did": "did_e164"})
    assert told.to_dict(as_series=False) == {
        "src": ["101", None, "3125550101"],
        "src_e164": [None, None, "+13125550101"],
    }
    assert with_e164(frame.head(0), "US", {"src": "src_e164"}).schema["src_e164"] == pl.String


def test_a_country_has_two_letters() -> None:
    with pytest.raises(TieoutError, match="country: 'USA' is no country; write US"):
        check_country("USA")
