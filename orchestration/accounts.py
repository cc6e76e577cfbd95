"""Which account of the books each line of a day's journal is posted to: the settings `accounts`, and their rows.

Keep out: what the lines are made of (dbt's finance.journal_export), and files of them (journal_files.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import polars as pl
from pydantic import BaseModel, BeforeValidator, ConfigDict

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(
    ("site", "line", "method_name", "account", "account_name"), pl.String
)


def _one_line(value: Any) -> str:
    """An account stands in a file of tabs and lines, as QuickBooks reads it; a bare number is one too."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[^\t\r\n\"]{1,159}", text):
        raise ValueError('is no account; write it as your books do, on one line without quotes: "1010 Cash"')
    return text


Account = Annotated[str, BeforeValidator(_one_line)]


class Accounts(BaseModel):
    """Accounts as the books write them. `ar` is charged and paid, `deposits` are taken and used: both sides of each are
    one account. `methods`: payment methods, by the name that the shop calls them, that are not posted to `cards`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cash: Account = "1010 Cash"
    check: Account = "1020 Checks"
    cards: Account = "1030 Card Clearing"
    methods: dict[str, Account] = {}
    ar: Account = "1200 Accounts Receivable"
    sales_tax: Account = "2200 Sales Tax Payable"
    deposits: Account = "2300 Customer Deposits"
    store_credit: Account = "2310 Store Credit"
    parts: Account = "4010 Parts Sales"
    labor: Account = "4020 Labor Sales"
    sublet: Account = "4030 Sublet Sales"
    supplies: Account = "4040 Shop Supplies"
    fees: Account = "4050 Other Taxes and Fees"
    upcharge: Account = "4060 Card Upcharge"
    over_short: Account = "6900 Over and Short"

    def overridden(self, own: Mapping[str, Any]) -> Accounts:
        """With those of one shop instead, payment methods one by one."""
        company = self.model_dump()
        return Accounts.model_validate({**company, **own, "methods": {**company["methods"], **own.get("methods", {})}})


def rows(sites: Mapping[str, Accounts]) -> Iterator[tuple[str, str, str | None, str, str]]:
    """Every line of every shop, as SCHEMA; one with a method's name stands for that method alone."""
    for site, accounts in sites.items():
        told = accounts.model_dump()
        for method, account in told.pop("methods").items():
            yield site, "cards", method, account, _without_number(account)
        yield from ((site, line, None, account, _without_number(account)) for line, account in told.items())


def _without_number(account: str) -> str:
    """'1010 Cash' is called Cash."""
    number, _, name = account.partition(" ")
    return name.strip() if name.strip() and re.fullmatch(r"[\d.-]+", number) else account
