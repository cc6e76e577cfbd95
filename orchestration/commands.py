"""What each command of `tieout` does. Each gives whether all is well, which becomes the exit code.

Keep out: options and help (cli.py), tables (views.py), and the work itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Group
from rich.progress import Progress, TaskID

from orchestration import backfill as filling
from orchestration import config as settings
from orchestration import (
    console,
    exchange,
    landing,
    pipeline,
    quarantine,
    verdict,
    views,
    views_backfill,
    views_quarantine,
)
from orchestration import publish as publishing
from orchestration import status as state
from orchestration.config import Config
from orchestration.landing import Pulled


def _load(config: Path | None, home: Path | None) -> Config:
    settings.quiet_telemetry()
    found = settings.load(config, home)
    console.hide(found.redact)
    return found


@contextmanager
def _far_ends(home: Path) -> Iterator[None]:
    """In a demo's home the far end that is a server must run while it is asked."""
    if not (home / settings.DEMO_MARK).is_file():
        yield
        return
    from orchestration import demo as demonstration  # noqa: PLC0415  (imports the whole simulator)

    with demonstration.far_ends(home):
        yield


def _pull_bar(bar: Progress, total: int) -> Callable[[Pulled], None]:
    task = bar.add_task("Pulling", total=total)

    def done(pulled: Pulled) -> None:
        bar.update(task, advance=1, description=f"Pulled {pulled.connection}")

    return done


def _chunk_bar(bar: Progress) -> Callable[[filling.Backfilled, str], None]:
    tasks: dict[str, TaskID] = {}

    def done(state: filling.Backfilled, span: str) -> None:
        name = state.connection
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=state.total)
        bar.update(tasks[name], completed=state.done, description=f"{name} {span}".strip())

    return done


def _build_bar(bar: Progress) -> Callable[[str, int, int], None]:
    task = bar.add_task("Building", total=None, visible=False)

    def built(name: str, index: int, total: int) -> None:
        bar.update(task, completed=index, total=total, description=f"Built {name}", visible=True)

    return built


def run(config: Path | None, home: Path | None, full_refresh: bool, format_: str) -> bool:
    company = _load(config, home)
    with console.progress(format_) as bar, _far_ends(company.home):
        ran = pipeline.run(company, full_refresh, _pull_bar(bar, len(exchange.exchanged(company))), _build_bar(bar))
    console.show(format_, {"ok": ran.ok, **vars(ran)}, views.run(ran))
    return ran.ok


def pull(
    names: Sequence[str],
    dates: tuple[date, date] | None,
    config: Path | None,
    home: Path | None,
    format_: str,
) -> bool:
    company = _load(config, home)
    total = len(names) or len(exchange.exchanged(company))
    with console.progress(format_) as bar, _far_ends(company.home):
        pulled = landing.pull_all(company, names, dates=dates, done=_pull_bar(bar, total), beside=bool(names))
    console.show(format_, {"pulled": pulled}, views.pulls(pulled))
    return all(one.ok for one in pulled)


def backfill(
    names: Sequence[str], extent: dict[str, Any], config: Path | None, home: Path | None, format_: str
) -> bool:
    company = _load(config, home)
    with console.progress(format_) as bar, _far_ends(company.home):
        meant = filling.Extent(**extent)
        state = filling.backfill(company, names, meant, progress=_chunk_bar(bar))
    console.show(format_, {"backfilled": state}, views_backfill.state(state))
    return all(one.ok for one in state)


def build(config: Path | None, home: Path | None, full_refresh: bool, format_: str) -> bool:
    company = _load(config, home)
    exchange.require_known(company, exchange.landed(company, company.remote()))
    with console.progress(format_) as bar:
        exchange.fetch_all(company)
        built = verdict.build(company, full_refresh, _build_bar(bar))
    console.show(format_, built, views.build(built))
    return built.ok


def replay(names: Sequence[str], config: Path | None, home: Path | None, format_: str) -> bool:
    company = _load(config, home)
    exchange.require_known(company, exchange.landed(company, company.remote()))
    taken = quarantine.replay(company, names)
    with console.progress(format_) as bar:
        ran = pipeline.build_and_publish(company, [], full_refresh=True, progress=_build_bar(bar))
    told = {"ok": ran.ok, "replayed": taken, "build": ran.build, "published": ran.published, "refused": ran.refused}
    shown = [views_quarantine.replayed(taken), views.build(ran.build), views.published(ran.published, ran.refused)]
    console.show(format_, told, Group(*shown))
    return ran.ok


def publish(home: Path | None, format_: str) -> bool:
    folder = settings.home_folder(home)
    published = publishing.publish(folder, failures=verdict.failures(folder))
    console.show(format_, published, views.published(published))
    return True


def status(config: Path | None, home: Path | None, format_: str) -> bool:
    found = state.status(_load(config, home))
    console.show(format_, found, views.status(found))
    return True


def quarantine_list(wanted: dict[str, Any], rows: bool, home: Path | None, format_: str) -> bool:
    folder, meant = settings.home_folder(home), quarantine.Filter(**wanted)
    if rows:
        listed = quarantine.listed(folder, meant)
        console.show(format_, {"rows": listed}, views_quarantine.rows(listed))
    else:
        found = quarantine.summary(folder, meant)
        console.show(format_, {"quarantine": found}, views_quarantine.reasons(found))
    return True


def quarantine_replay(names: Sequence[str], config: Path | None, home: Path | None, format_: str) -> bool:
    replayed = quarantine.replay(_load(config, home), names)
    console.show(format_, {"replayed": replayed}, views_quarantine.replayed(replayed))
    return True


def config_check(names: Sequence[str], config: Path | None, home: Path | None, format_: str) -> bool:
    company = _load(config, home)
    company.require(names or None)
    exchange.require_known(company, exchange.landed(company, company.remote()))
    with _far_ends(company.home):
        found, errors = landing.offers(company, names)
    console.show(format_, {"offers": found, "errors": errors}, views.offers(found, errors))
    return not errors


def demo(home: Path | None, *, shops: int, days: int, seed: int, breaks: int, format_: str) -> bool:
    from orchestration import demo as demonstration  # noqa: PLC0415  (imports the whole simulator)
    from orchestration import demo_views  # noqa: PLC0415  (likewise)

    settings.quiet_telemetry()
    folder = (home or settings.home_folder() / "demo").absolute()
    with console.progress(format_) as bar:
        shown = demonstration.demo(folder, demonstration.Size(shops, days, seed, breaks), bar)
    console.show(format_, shown.as_dict(), *demo_views.tell(shown))
    return shown.ok
