"""What `tieout close` does. Each command gives whether all is well, which becomes the exit code.

Keep out: options and help (cli_close.py), tables (views_close.py), and the rules (closing/)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Group

from orchestration import config as settings
from orchestration import console, views_close
from orchestration.closing import anchor, breaks, exceptions, months, published, signed, signing, state
from orchestration.closing import verify as checking
from orchestration.closing.published import Facts
from orchestration.closing.pulled import Coverage
from orchestration.closing.signing import Answer, Pen
from orchestration.closing.standing import ShopDay
from orchestration.config import Config
from reporting import close as closing
from reporting.close_text import render
from reporting.periods import Span


def show(site: str, day: date, layout: str, home: Path | None, format_: str) -> bool:
    found = closing.read(settings.snapshot(home), site, day, layout)
    stands = state.of_day(settings.home_folder(home), site, day)
    told = closing.as_dict(found) | {"closing": stands.as_dict()}
    console.show(format_, told, Group(render(found), views_close.day_state(stands, found)))
    return found.ties and not stands.broken


def sign(
    sites: Sequence[str], when: Mapping[str, Any], accept: Sequence[str], by: str, reason: str, config: Path | None,
    home: Path | None, format_: str,
) -> bool:  # fmt: skip
    company, pen = _pen(by, reason, "sign", config, home)
    accepts = [exceptions.accept(text) for text in accept]
    span = _span(when)
    facts = published.facts(settings.snapshot(company.home), sites, *span, judged="month" not in when)
    coverage, meant = Coverage(company, facts.taken), published.chosen(facts.shops, sites)
    if "month" in when:
        return _give(months.sign(pen, facts, coverage, meant, when["month"]), format_)
    days = _days(facts, meant, span)
    return _give(signing.sign(pen, facts, coverage, days, accepts, signed.store), format_)


def _span(when: Mapping[str, Any]) -> Span:
    return months.span(when["month"]) if "month" in when else (when["first"], when["last"])


def _days(facts: Facts, sites: Sequence[str], span: Span) -> list[ShopDay]:
    """Every shop's days, oldest first: a later one may rest on an earlier one."""
    count = (span[1] - span[0]).days + 1
    return [(site, span[0] + timedelta(days=place)) for place in range(count) for site in sites]


def reopen(
    sites: Sequence[str], when: Mapping[str, Any], by: str, reason: str, config: Path | None, home: Path | None,
    format_: str,
) -> bool:  # fmt: skip
    company, pen = _pen(by, reason, "reopen", config, home)
    span, known = _span(when), published.shops(settings.snapshot(company.home))
    meant = published.chosen(known, sites)
    if "month" in when:
        return _give(months.reopen(pen, meant, when["month"]), format_)
    count = (span[1] - span[0]).days + 1
    days = [(site, span[0] + timedelta(days=place)) for place in range(count) for site in meant]
    return _give(signing.reopen(pen, days), format_)


def assign(
    site: str, day: date, named: str, owner: str, by: str, reason: str, config: Path | None, home: Path | None,
    format_: str,
) -> bool:  # fmt: skip
    company, pen = _pen(by, reason or f"given to {owner}", "assign", config, home)
    answer = breaks.assign(pen, settings.snapshot(company.home), site, day, named, owner)
    return _give([answer], format_)


def resolve(
    site: str, day: date, named: str, by: str, reason: str, config: Path | None, home: Path | None, format_: str
) -> bool:
    company, pen = _pen(by, reason, "resolve", config, home)
    return _give([breaks.resolve(pen, settings.snapshot(company.home), site, day, named)], format_)


def verify(head: str | None, home: Path | None, format_: str) -> bool:
    found = checking.verify(settings.home_folder(home), head)
    console.show(format_, {"ok": found.ok, **vars(found)}, views_close.verified(found))
    return found.ok


def _pen(by: str, reason: str, act: str, config: Path | None, home: Path | None) -> tuple[Config, Pen]:
    company = settings.load(config, home)
    console.hide(company.redact)
    command = company.close.anchor
    hand = (lambda head: anchor.hand(command, head)) if command else (lambda _: "")
    return company, Pen(company.home, *signing.said(by, reason, act), anchor=hand)


def _give(found: Iterable[Answer], format_: str) -> bool:
    """Each answer as it comes: whoever ends a signing of many days has seen which are signed."""
    answers = []
    for one in found:
        answers.append(one)
        if format_ == "table":
            console.show(format_, None, views_close.answer(one))
    if format_ == "json":
        told = [vars(one) | {"left": [vars(left) | {"id": left.id} for left in one.left]} for one in answers]
        console.show(format_, {"answers": told})
    elif any(one.left for one in answers):
        console.show(format_, None, views_close.HOW_TO_ACCEPT)
    return all(one.done and not one.anchor for one in answers)
