"""Facts of the systems beside the DMS against the event log: every row, every reference, every business day.

The expected side is Python over the log and knows no SQL of the models. Keep out: reports on these facts."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
from warehouse.homes import Home, copy_of, deliver, differences, files_world, home_of_world

from connectors.simulator.company import World
from connectors.simulator.events import Event, State, state_at

pytestmark = pytest.mark.slow
Row = dict[str, Any]
Told = Callable[[Row], Any]


@dataclass(frozen=True)
class Fact:
    """`same`: columns that say what the source says, fact's name -> source's (the same, if not given).
    `people`, `orders`: keys that must lead back to the source's id. `days`: dates in the shop's zone of an instant."""

    table: str
    ids: tuple[str, ...]
    same: str
    people: Mapping[str, str] | None = None
    days: Mapping[str, str] | None = None
    ro: bool = True
    customer: bool = False
    site: bool = False


FACTS = {
    "inspection": Fact("fct_dvi", ("inspection_id",), """start_ts=started_at complete_ts=completed_at sent_ts=sent_at
        items_red items_yellow items_green""", {"tech_key": "technician_id"}, site=True),
    "ar_entry": Fact("fct_ar_entry", ("entry_id",), "entry_type=type amount business_date", customer=True, site=True),
    "call_score": Fact("fct_call_score", ("call_id", "rubric", "criterion"), """rubric criterion score max_score
        is_passed=passed scored_by""", ro=False),
    "task": Fact("fct_task", ("task_id",), """task_type=type title created_ts=created_at due_ts=due_at priority status
        closed_ts=closed_at disposition""", {"assigned_to_key": "assigned_to_id", "closed_by_key": "closed_by_id"},
        {"created_business_date": "created_at", "due_business_date": "due_at", "closed_business_date": "closed_at"},
        customer=True, site=True),
    "task_event": Fact("fct_task_event", ("task_id", "event_id"), "event_type=type event_ts=at",
        {"by_key": "by_id", "from_key": "from_id", "to_key": "to_id"}, {"event_business_date": "at"}, ro=False),
    "message": Fact("fct_message", ("message_id",), """direction channel conversation_id sent_ts=sent_at
        delivered_ts=delivered_at failed_ts=failed_at opened_ts=opened_at is_automated""",
        {"employee_key": "employee_id"}, {"sent_business_date": "sent_at"}, customer=True, site=True),
    "media": Fact("fct_media", ("media_id",), "media_kind=kind created_ts=created_at is_deleted_at_source=deleted",
        {"created_by_key": "created_by_id"}, site=True),
    "media_event": Fact("fct_media_event", ("media_id", "type", "at"), "event_type=type event_ts=at viewer", ro=False),
    "payment_request": Fact("fct_payment_request", ("request_id",), """amount sent_ts=sent_at status paid_ts=paid_at
        paid_amount refunded_amount""", {"created_by_key": "created_by_id"}, site=True),
    "estimate": Fact("fct_estimate", ("estimate_id",), "sent_ts=sent_at estimate_version=version",
        {"created_by_key": "created_by_id"}, site=True),
    "estimate_item": Fact("fct_estimate_item", ("estimate_id", "item_id"), "amount decision decided_ts=decided_at",
        ro=False),
    "ro_participant": Fact("bridge_ro_participant", ("ro_id", "employee_id"), "role added_ts=added_at",
        {"employee_key": "employee_id"}, site=True),
    "campaign": Fact("dim_campaign", ("campaign_id",), "campaign_id name channel cost", ro=False),
    "campaign_touch": Fact("fct_campaign_touch", ("campaign_id", "touch_id"), """recipient sent_ts=sent_at
        delivered_ts=delivered_at opened_ts=opened_at clicked_ts=clicked_at replied_ts=replied_at
        opted_out_ts=opted_out_at failed_ts=failed_at cost""", None, {"sent_business_date": "sent_at"}, ro=False,
        customer=True, site=True),
    "link": Fact("dim_link", ("link_id",), "link_id target", ro=False),
    "link_click": Fact("fct_link_click", ("link_id", "click_id"), "event_ts=at recipient user_agent", ro=False),
    "appointment": Fact("fct_appointment", ("appointment_id",), """scheduled_ts=scheduled_at created_ts=created_at source
        status services booked_hours confirmed_ts=confirmed_at reminders_sent""", {"advisor_key": "advisor_id"},
        {"scheduled_business_date": "scheduled_at", "created_business_date": "created_at"}, customer=True, site=True),
    "appointment_event": Fact("fct_appointment_event", ("appointment_id", "event_id"), "event_type=type event_ts=at",
        ro=False),
    "scheduler_session": Fact("fct_scheduler_session", ("session_id",), """start_ts=started_at furthest_step
        is_completed=completed referrer""", None, {"start_business_date": "started_at"}, ro=False, site=True),
    "processor_txn": Fact("fct_processor_txn", ("txn_id",), """txn_type=type origin gross fee net
        processed_ts=processed_at card_brand last4 auth_code reference""", None,
        {"processed_business_date": "processed_at"}, ro=False, site=True),
    "payout": Fact("fct_payout", ("payout_id",), "expected_date deposited_date amount status bank_reference", ro=False,
        site=True),
    "cash_count": Fact("fct_cash_count", ("site", "business_date", "drawer"), """business_date drawer counted_cash
        counted_checks deposit_slip bank_deposit_amount=deposited_amount""", {"counted_by_key": "counted_by_id"},
        ro=False, site=True),
    "purchase_line": Fact("fct_purchase_line", ("purchase_id", "line_id"), """purchase_id supplier_name part_number
        quantity unit_cost is_return core_credit invoice_date""", site=True),
    "time_card": Fact("fct_time_card", ("card_id",), "in_ts=in_at out_ts=out_at hours is_approved=approved",
        {"employee_key": "employee_id"}, {"business_date": "in_at"}, ro=False, site=True),
    "audit_event": Fact("fct_audit_event", ("event_id",), """user_name event_ts=at entity_type entity_id action field
        old_value new_value ip via""", {"user_key": "user_id"}, {"business_date": "at"}, ro=False, site=True),
    "postal_area": Fact("dim_postal_area", ("postal_code",), "postal_code households population latitude longitude",
        ro=False),
    "opening_balance": Fact("fct_opening_balance", ("site", "account", "business_date", "customer_id", "ro_id"),
        "account amount business_date", customer=True, site=True),
}  # fmt: skip


class Shops:
    """Two shops, pulled twice and built at once."""

    def __init__(self, folder: Path) -> None:
        self.world = shops_of(15)
        self.home = home_of_world(folder, self.world)
        deliver(self.home, self.world, None, self.world.first_pull)
        self.home.pull(self.world.first_pull)
        deliver(self.home, self.world, self.world.first_pull, self.world.as_of)
        self.home.pull(self.world.as_of)
        self.home.build()
        self.truth = state_at(self.world.events)


def shops_of(days: int) -> World:
    """The texting service knows orders, but of every other text on one not the shop; reasons are typed by hand."""
    world = files_world(4, 2, days, end=date(2026, 3, 13), ros_per_day=4, calls_per_day=6, breaks=0, beside=True)
    return replace(world, events=[_retold(event) for event in world.events])


REASONS = ("Duplicate", "duplicate", "Customer left", *[None] * 12)


def _retold(event: Event) -> Event:
    place = int(md5(event.key.encode()).hexdigest(), 16)
    if event.entity == "message" and event.data["ro_id"] is not None and place % 2 == 0:
        return replace(event, data={**event.data, "site": None})
    if event.entity == "repair_order":
        return replace(event, data={**event.data, "void_reason": REASONS[place % len(REASONS)]})
    return event


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Shops:
    return Shops(tmp_path_factory.mktemp("beside"))


def pairs(names: str) -> dict[str, str]:
    """'a=b c' -> {a: b, c: c}."""
    return {name.partition("=")[0]: name.partition("=")[2] or name for name in names.split()}


def expected(world: World, state: State, entity: str) -> list[Row]:
    fact, codes = FACTS[entity], {site.id: site.source_code for site in world.company.sites}
    rows = []
    for row in state[entity].values():
        told = {name: row[source] for name, source in pairs(fact.same).items()}
        told |= {name: row[source] for name, source in (fact.people or {}).items()}
        told |= {name: _day(world, state, row, row[source]) for name, source in (fact.days or {}).items()}
        told |= {"ro": row["ro_id"]} if fact.ro else {}
        told |= {"customer": row["customer_id"]} if fact.customer else {}
        told |= {"site": _site(state, row)} if fact.site else {}
        told["id"] = "|".join(
            _text(codes.get(row[name], row[name]) if name == "site" else row[name]) for name in fact.ids
        )
        rows.append(told)
    return rows


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S+00")
    return "" if value is None else str(value)


def _day(world: World, state: State, row: Row, at: datetime | None) -> date | None:
    """The wall calendar of the row's shop; a task's event is of its task's shop."""
    return None if at is None else world.company.site(_site(state, row)).business_date(at)


def _site(state: State, row: Row) -> str:
    """What names no shop stands where its task or its repair order stands."""
    own, task = row.get("site"), state["task"].get(row.get("task_id"))
    return str(own or (task or state["repair_order"][row["ro_id"]])["site"])


def found(home: Home, entity: str) -> list[Row]:
    fact = FACTS[entity]
    columns = [f"facts.{name}" for name in (*pairs(fact.same), *(fact.days or {}))]
    joins = []
    for number, name in enumerate(fact.people or {}):
        columns.append(f"p{number}.source_entity_id as {name}")
        joins.append(f"left join core.dim_employee as p{number} on facts.{name} = p{number}.employee_key")
    if fact.ro:
        columns.append("orders.source_entity_id as ro")
        joins.append("left join core.fct_repair_order as orders on facts.ro_key = orders.ro_key")
    if fact.customer:
        columns.append("customers.source_entity_id as customer")
        joins.append("left join core.dim_customer as customers on facts.customer_key = customers.customer_key")
    if fact.site:
        columns.append("sites.site as site")
        joins.append("left join core.dim_site as sites on facts.site_key = sites.site_key")
    sql = f"select {', '.join(columns)}, facts.source_entity_id as id from core.{fact.table} as facts {' '.join(joins)}"
    with home.connect() as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("entity", FACTS)
def test_a_fact_has_the_rows_of_the_log_and_no_others(shops: Shops, entity: str) -> None:
    wanted, rows = expected(shops.world, shops.truth, entity), found(shops.home, entity)
    assert wanted, "the log has none: nothing was tested"
    assert sorted(map(_line, rows)) == sorted(map(_line, wanted))


def _line(row: Row) -> str:
    """Comparable whatever is NULL; decimals by value."""
    return str(sorted((name, f"{value.normalize():f}" if hasattr(value, "normalize") else str(value))
                      for name, value in row.items()))  # fmt: skip


def test_children_lead_to_their_parents(shops: Shops) -> None:
    children = {
        "fct_task_event.task_key": "fct_task", "fct_media_event.media_key": "fct_media",
        "fct_estimate_item.estimate_key": "fct_estimate", "fct_appointment_event.appointment_key": "fct_appointment",
        "fct_campaign_touch.campaign_key": "dim_campaign", "fct_link_click.link_key": "dim_link",
        "fct_call_score.call_key": "fct_call",
    }  # fmt: skip
    with shops.home.connect() as connection:
        for child, parent in children.items():
            table, key = child.split(".")
            sql = f"select count(*), count({parent}.{key}) from core.{table} left join core.{parent} using ({key})"
            rows, led = connection.execute(sql).fetchall()[0]
            assert rows == led > 0, child
        sql = """select count(*) from core.fct_processor_txn join core.fct_payout using (payout_key)"""
        assert connection.execute(sql).fetchall()[0][0] > 0


def dimension(shops: Shops, sql: str) -> set[tuple[Any, ...]]:
    with shops.home.connect() as connection:
        return set(connection.execute(sql).fetchall())


def test_dimensions_without_a_source_of_their_own_hold_what_facts_name_and_nothing_else(shops: Shops) -> None:
    """Each with a row for what is not told; codes and suppliers are those of one connection, a type and a reason of all."""
    orders, bought = shops.truth["repair_order"].values(), shops.truth["purchase_line"].values()
    types = {(row["type"],) for row in shops.truth["task"].values()}
    assert dimension(shops, "select task_type from core.dim_task_type where task_type_key <> -1") == types
    assert {row["void_reason"] for row in orders} == set(REASONS)
    reasons = {("Duplicate",), ("Customer left",)}
    assert dimension(shops, "select void_reason from core.dim_void_reason where void_reason_key <> -1") == reasons
    codes = {
        (f"{row['site']}_files", line["op_code"])
        for row in orders
        for line in row["lines"]
        if line["line_type"] == "labor"
    }
    connected = "join core.dim_source_connection using (source_connection_key)"
    found = dimension(shops, f"select connection, op_code from core.dim_labor_op {connected}")
    assert found == {code for code in codes if code[1]}
    suppliers = {(f"{row['site']}_files", row["supplier_id"], row["supplier_name"]) for row in bought}
    by_line = {(f"{row['site']}_files", line["supplier_id"]) for row in orders for line in row["lines"]}
    suppliers |= {(*one, None) for one in by_line - {one[:2] for one in suppliers} if one[1]}
    assert dimension(shops, f"select connection, supplier_id, name from core.dim_supplier {connected}") == suppliers
    assert types
    assert suppliers


def parts_of(orders: Iterable[Row]) -> set[tuple[Any, ...]]:
    """Numbers and brands without what people write differently."""
    lines = [line for row in orders for line in row["lines"] if line["line_type"] == "part" and line["part_number"]]
    return {
        ("".join(filter(str.isalnum, line["part_number"].upper())), (line["brand"] or "").upper() or None)
        for line in lines
    }


def test_every_part_of_an_order_is_a_part_and_nothing_else_is(shops: Shops) -> None:
    found = dimension(shops, "select part_number_norm, brand_norm from core.dim_part where part_key <> -1")
    ever = parts_of(event.data for event in shops.world.events if event.entity == "repair_order")
    now = parts_of(shops.truth["repair_order"].values())
    assert now <= found <= ever
    assert len(now) > 5


@pytest.mark.parametrize(
    ("fact", "dim", "key", "named"),
    [
        ("fct_task", "dim_task_type", "task_type_key", "task_type"),
        ("fct_purchase_line", "dim_supplier", "supplier_key", "name"),
        ("fct_repair_order", "dim_void_reason", "void_reason_key", "void_reason"),
    ],
)
def test_every_fact_finds_its_member_and_those_that_tell_none_the_row_for_that(
    shops: Shops, fact: str, dim: str, key: str, named: str
) -> None:
    told = {"name": "supplier_name"}.get(named, named)
    with shops.home.connect() as connection:
        sql = f"""select count(*), count(members.{key}), count(*) filter (lower(facts.{told}) is distinct from lower(members.{named})
            and members.{key} <> -1), count(*) filter ((facts.{told} is null) <> (members.{key} = -1))
            from core.{fact} as facts left join core.{dim} as members using ({key})"""
        rows, led, misled, untold = connection.execute(sql).fetchall()[0]
    assert rows == led > 0
    assert (misled, untold) == (0, 0)


def test_arriving_in_random_order_they_end_as_built_at_once(tmp_path: Path) -> None:
    """A task's events come before the task, a payout before its payments, an older state after a newer one."""
    world = shops_of(8)
    home = home_of_world(tmp_path / "home", world)
    deliver(home, world, None, world.as_of, drop="stage")
    stage = home.folder / "stage"
    names = [path.relative_to(stage) for path in sorted(stage.glob("*/*")) if path.is_dir()]
    random.Random(7).shuffle(names)
    for build, now in enumerate((world.as_of, world.as_of + timedelta(minutes=1), world.as_of + timedelta(minutes=2))):
        for name in names[build::3]:
            shutil.copytree(stage / name, home.folder / "drop" / name)
        home.pull(now)
        home.build()
    assert [one.full for one in home.built] == [True, False, False]
    kept = Path(shutil.copy(home.folder / "warehouse.duckdb", tmp_path / "incremental.duckdb"))
    home.build(full_refresh=True)
    assert differences(kept, home.folder / "warehouse.duckdb") == []


def test_previews_by_robots_are_no_clicks_of_people(shops: Shops) -> None:
    rows = shops.home.rows("select link_click_key, user_agent, is_bot from core.fct_link_click", 1)
    robots = {row["is_bot"] for row in rows.values() if "facebookexternalhit" in row["user_agent"]}
    assert robots == {True}
    assert {row["is_bot"] for row in rows.values() if row["user_agent"].startswith("Mozilla")} == {False}


def test_people_and_cars_that_come_to_two_shops_are_one(shops: Shops) -> None:
    """Cards with one e-mail are one customer, records of one VIN are one car, and all others stand alone."""
    customers = shops.home.rows("select source_entity_id, golden_customer_key from core.bridge_customer_source", 1)
    vehicles = shops.home.rows("select source_entity_id, golden_vehicle_key from core.bridge_vehicle_source", 1)
    mails, vins = holders(shops.truth["customer"], "email"), holders(shops.truth["vehicle"], "vin")
    for found, groups in ((customers, mails), (vehicles, vins)):
        assert any(len(group) > 1 for group in groups)
        for group in groups:
            assert len({found[(key,)] for key in group}) == 1, group
    assert len(set(vehicles.values())) == len(vins) + 1  # and the car of those who name none
    apart = {
        (row["first_name"], row["last_name"], row["company_name"]): None for row in shops.truth["customer"].values()
    }
    assert len(mails) <= len(set(customers.values())) - 1 <= len(shops.truth["customer"])
    assert len(set(customers.values())) - 1 >= len(apart)


def holders(rows: dict[str, Row], column: str) -> list[list[str]]:
    found: dict[str, list[str]] = {}
    for key, row in rows.items():
        if row[column] is not None:
            found.setdefault(row[column], []).append(key)
    return list(found.values())


def test_a_merge_moves_no_money(shops: Shops) -> None:
    sums = shops.home.rows(
        """select subject, sum(amount), count(distinct key) from (
            select 'before' as subject, grand_total as amount, customer_key as key from core.fct_repair_order
            union all
            select 'after', grand_total, golden_customer_key
            from core.fct_repair_order join core.bridge_customer_source using (customer_key)
        ) group by all""",
        1,
    )
    before, after = (list(sums[subject,].values()) for subject in ("before", "after"))
    assert before[0] == after[0] != 0
    assert before[1] > after[1]


def test_a_wrong_match_is_undone_by_a_line_in_tieout_yml(shops: Shops, tmp_path: Path) -> None:
    home = copy_of(shops.home, tmp_path / "home")
    wrong = next(group for group in holders(shops.truth["customer"], "email") if len(group) > 1)
    names = ", ".join(f"{shops.truth['customer'][key]['site']}_files:{key}" for key in wrong)
    undone = Home(home.folder, f"{home.text}\nidentity:\n  customers: {{apart: [[{names}]]}}\n")
    undone.build()
    found = undone.rows("select source_entity_id, golden_customer_key from core.bridge_customer_source", 1)
    assert len({found[(key,)] for key in wrong}) == len(wrong)
    before = shops.home.rows("select source_entity_id, golden_customer_key from core.bridge_customer_source", 1)
    assert {key: value for key, value in found.items() if key[0] not in wrong} == {
        key: value for key, value in before.items() if key[0] not in wrong
    }
