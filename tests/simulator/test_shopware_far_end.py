"""The far end and the connector speak the vendor's OpenAPI documents; the totals are the event log's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import duckdb
import jsonschema
import pytest
import yaml

from connectors.base import Window
from connectors.landing import landing
from connectors.shopware import ShopWare
from connectors.simulator import shopware_payload as payload
from connectors.simulator.company import World, make_company
from connectors.simulator.events import state_at
from connectors.simulator.httpserver import json_text as text
from connectors.simulator.shopware import ShopWareServer
from connectors.simulator.shopware_services import CLASSES
from connectors.simulator.whole import Unspeakable
from tests.connectors.conftest import modelled

Json = dict[str, Any]


@cache
def world() -> World:
    return make_company(11, shops=2, days=14, ros_per_day=8, calls_per_day=1, breaks=1, beside=True)


@cache
def document(folder: Path, version: str) -> Json:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    parsed: Json = yaml.load((folder / f"shop-ware-{version}-openapi.yml").read_text(), Loader=loader)
    return parsed


@pytest.fixture
def specs(shared: Path) -> Path:
    if not (shared / "specs").is_dir():
        pytest.skip("the vendor's OpenAPI documents are not here: set TIEOUT_SHARED to a folder that holds specs/")
    return shared / "specs"


@pytest.fixture
def served() -> Iterator[tuple[ShopWareServer, ShopWare]]:
    with ExitStack() as stack:
        far_end = ShopWareServer(world().company, world().events, world().as_of)
        server = stack.enter_context(far_end.running())
        types = payment_types(server)
        source = ShopWare(1, server.partner_id, server.secret, types, base_url=server.url, page_size=50)
        yield server, source


def payment_types(server: ShopWareServer) -> dict[str, str]:
    kinds = {"Credit Card": "card", "Cash": "cash", "Check": "check"}
    names = {row["payment_type"]: row["payment_type_details"]["type"] for row in server.tenant.rows("payments")}
    return {name: kinds.get(kind, "financing") for name, kind in names.items()}


def operation(specs: Path, path: str) -> Json:
    """The GET operation of a path, with the parameters that all its methods share."""
    version = path.split("/")[2]
    for template, methods in document(specs, version)["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", r"\\d+", template), path) and "get" in methods:
            return {**methods["get"], "shared": methods.get("parameters", [])}
    raise AssertionError(f"{path} is in no OpenAPI document")


def strict(schema: Json, example: Any) -> Json:
    """The vendor's schema with its slips mended: `text` is a string, nullable may be null, and no names are
    allowed but those that the schema or its example has."""
    kind = "string" if schema.get("type") == "text" else schema.get("type")
    made: Json = {"type": [kind, "null"] if schema.get("nullable") else kind}
    if kind == "array":
        made["items"] = strict(schema["items"], example[0] if isinstance(example, list) and example else None)
    if "properties" in schema:
        shown = example if isinstance(example, dict) else {}
        named = {name: strict(part, shown.get(name)) for name, part in schema["properties"].items()}
        made |= {"properties": {key: {} for key in shown} | named, "additionalProperties": False}
    return made


def answer_schema(specs: Path, path: str) -> Json:
    content = operation(specs, path)["responses"]["200"]["content"]["application/json"]
    return strict(content["schema"], next(iter(content["examples"].values()))["value"])


def exercise(source: ShopWare) -> None:
    as_of = world().as_of
    source.check()
    for window in (Window(None, as_of), Window(as_of - timedelta(days=1), as_of, sweep=True)):
        list(source.pull(window))


def test_every_answer_is_what_the_openapi_document_says(specs: Path, served: tuple[ShopWareServer, ShopWare]) -> None:
    server, source = served
    exercise(source)
    seen = set()
    for target, body in server.answers:
        path = urlsplit(target).path
        seen.add(re.sub(r"\d+", "N", path))
        jsonschema.validate(json.loads(text(body)), answer_schema(specs, path))
    assert len(seen) >= 9
    assert "/api/vN/tenants/N/repair_orders" in seen


def test_every_request_uses_only_what_the_openapi_document_offers(
    specs: Path, served: tuple[ShopWareServer, ShopWare]
) -> None:
    server, source = served
    exercise(source)
    assert len(server.requests) > 20
    for request in server.requests:
        target, said = request.target, urlsplit(request.target)
        offered = {one["name"] for one in operation(specs, said.path).get("parameters", [])}
        assert {name for name, _ in parse_qsl(said.query)} <= offered, target
        assert {"X-Api-Partner-Id", "X-Api-Secret"} <= {name.title() for name in request.headers}


def test_the_vendors_own_example_passes_the_same_judgement(specs: Path) -> None:
    operation_ = operation(specs, "/api/v2/tenants/1/repair_orders")
    example = operation_["responses"]["200"]["content"]["application/json"]["examples"]["successful"]["value"]
    jsonschema.validate(json.loads(json.dumps(example)), answer_schema(specs, "/api/v2/tenants/1/repair_orders"))
    wrong = {**example, "results": [{**example["results"][0], "number": "11340"}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(json.dumps(wrong)), answer_schema(specs, "/api/v2/tenants/1/repair_orders"))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The kind's models over one pull of the whole tenant."""
    home = tmp_path_factory.mktemp("home")
    with ShopWareServer(world().company, world().events, world().as_of).running() as server:
        source = ShopWare(1, server.partner_id, server.secret, payment_types(server), base_url=server.url, page_size=50)
        result = landing.pull(home, "dms", source, {"2": "den"}, world().as_of)
    assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    return modelled(source, "dms", home / "landing" / "dms")


def truth() -> dict[str, dict[str, Any]]:
    site = next(site.id for site in world().company.sites if site.dms == "shopware")
    return state_at(world().events, world().as_of, site)


def test_every_order_comes_out_at_the_total_of_the_event_log(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Through the API, landing and the models, to the cent, and by class of line."""
    sql = "select ro_id, line_type, sum(net_amount) from int_shopware__ro_line group by all"
    found = {(ro_id, kind): amount for ro_id, kind, amount in warehouse.sql(sql).fetchall() if amount}
    expected: dict[tuple[str, str], Decimal] = {}
    for ro_id, ro in truth()["repair_order"].items():
        for line in ro["lines"]:
            place = (ro_id, line["line_type"])
            expected[place] = expected.get(place, Decimal(0)) + line["net_amount"]
    assert found == {place: amount for place, amount in expected.items() if amount}
    totals = {ro_id: ro["header_total"] for ro_id, ro in truth()["repair_order"].items()}
    sums = dict(warehouse.sql("select ro_id, sum(net_amount) from int_shopware__ro_line group by all").fetchall())
    assert sums == {ro_id: total for ro_id, total in totals.items() if ro_id in sums}
    assert len(totals) > 50


def test_labor_keeps_its_hours_and_the_shares_of_its_technicians(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sql = """select ro_id, split_part(technician_ids, ':', 1), sum(hours_billed)
             from int_shopware__ro_line where line_type = 'labor' group by all"""
    found = {(ro_id, technician): hours for ro_id, technician, hours in warehouse.sql(sql).fetchall()}
    expected: dict[tuple[str, str], Decimal] = {}
    for ro_id, ro in truth()["repair_order"].items():
        for line in ro["lines"]:
            for share in (line["technician_ids"] or "").split(";") if line["line_type"] == "labor" else ():
                technician, part = share.split(":")
                place = (ro_id, technician)
                expected[place] = expected.get(place, Decimal(0)) + line["hours_billed"] * Decimal(part)
    assert found == expected


def test_payments_are_those_of_the_event_log_but_charges_to_an_account(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sql = "select tender_id, ro_id, amount, recorded_at from int_shopware__tender"
    found = {row[0]: row[1:3] for row in warehouse.sql(sql).fetchall()}
    orders = truth()["repair_order"]
    expected = {
        key: (row["ro_id"], row["amount"])
        for key, row in truth()["tender"].items()
        if row["method"] != "ar" and row["ro_id"] in orders
    }
    assert found == expected


def test_states_and_people_come_out_as_they_went_in(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = dict(warehouse.sql("select ro_id, status from int_shopware__repair_order").fetchall())
    shown = {"finished": "open", "on_hold": "open", "scheduled": "estimate"}
    assert found == {key: shown.get(row["status"], row["status"]) for key, row in truth()["repair_order"].items()}
    sql = """select customer_id, coalesce(company_name, first_name || ' ' || last_name), phones, type
             from int_shopware__customer"""
    people = {row[0]: row[1:] for row in warehouse.sql(sql).fetchall()}
    assert people == {
        key: (row["company_name"] or f"{row['first_name']} {row['last_name']}", row["phones"], row["type"])
        for key, row in truth()["customer"].items()
    }


def test_a_second_pull_of_an_unchanged_source_lands_nothing(
    tmp_path: Path, served: tuple[ShopWareServer, ShopWare]
) -> None:
    _, source = served
    later = world().as_of + timedelta(hours=1)
    landing.pull(tmp_path, "dms", source, {"2": "den"}, world().as_of)
    again = landing.pull(tmp_path, "dms", source, {"2": "den"}, later, sweep=True)
    assert {table: counts.landed for table, counts in again.tables.items() if counts.landed} == {}
    assert again.tables["repair_order"].unchanged > 50


def test_what_the_protocol_cannot_carry_is_refused_by_name() -> None:
    site = next(site for site in world().company.sites if site.dms == "shopware")
    ro = next(row for row in truth()["repair_order"].values() if row["status"] == "closed" and row["taxes"])
    coupon = {**ro["lines"][0], "line_type": "coupon"}
    wrong_tax = [
        {**line, "net_amount": line["net_amount"] + 1} if line["line_type"] == "tax" else line for line in ro["lines"]
    ]
    stamps = {"created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
    names = sorted({"", *(row["category"] or "" for row in (*ro["jobs"], *ro["lines"]))})
    for lines, said in (([coupon], "there is no coupon"), (wrong_tax, "tax of")):
        with pytest.raises(Unspeakable, match=said):
            payload.repair_order(site, {**ro, "lines": lines}, stamps, names)


def test_jobs_are_those_of_the_event_log_with_what_was_presented_and_declined(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sql = "select ro_id, title, decision, presented_parts, presented_labor, presented_sublet from int_shopware__ro_job"
    found = {row[:2]: row[2:] for row in warehouse.sql(sql).fetchall() if row[1] != "Other work"}
    expected: dict[tuple[str, str], tuple[Any, ...]] = {}
    for ro_id, ro in truth()["repair_order"].items():
        estimate, closed = ro["status"] in ("estimate", "scheduled"), ro["status"] == "closed"
        for job in ro["jobs"]:
            decision = job["decision"]
            if decision == "deferred" and not closed:
                decision = "open"
            if decision == "sold" and estimate:
                decision = "open"
            presented = tuple(job[f"presented_{name}"] for name in ("parts", "labor", "sublet"))
            expected[ro_id, job["title"]] = (decision, *presented)
    assert found.keys() == expected.keys()
    differing = {place for place in expected if found[place] != expected[place]}
    # a fee of a job is in its fixed price, and what an order gives for nothing is not in its lines
    assert not {place for place in differing if found[place][0] != expected[place][0]}
    assert not {place for place in differing if expected[place][0] in ("declined", "deferred", "open")}
    assert {row[0] for row in found.values()} == {"sold", "declined", "deferred", "open"}
    assert len(differing) < len(expected) / 20


def test_a_quote_is_what_stands_on_the_order_and_what_was_recommended_beside_it(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sql = "select ro_id, quote_amount from int_shopware__repair_order"
    found = dict(warehouse.sql(sql).fetchall())
    jobs = """select ro_id, sum(presented_parts + presented_labor + presented_sublet)
        from int_shopware__ro_job group by all"""
    assert {key: value for key, value in found.items() if value is not None} == dict(warehouse.sql(jobs).fetchall())
    quoted = {key: ro["quote_amount"] for key, ro in truth()["repair_order"].items() if ro["jobs"]}
    assert sum(found[key] == amount for key, amount in quoted.items()) > len(quoted) * 9 // 10


def test_inspections_appointments_and_shifts_are_those_of_the_event_log(warehouse: duckdb.DuckDBPyConnection) -> None:
    state = truth()
    sql = "select ro_id, completed_at is not null, items_red, items_yellow, items_green from int_shopware__inspection"
    found = {row[0]: row[1:] for row in warehouse.sql(sql).fetchall()}
    expected = {
        row["ro_id"]: (
            row["completed_at"] is not None,
            row["items_red"] or 0,
            row["items_yellow"] or 0,
            row["items_green"] or 0,
        )
        for row in state["inspection"].values()
        if any(
            line["line_type"] in CLASSES
            for line in state["repair_order"].get(row["ro_id"], {}).get("lines", ())
        )
    }
    assert found == expected != {}
    sql = "select appointment_id, ro_id, scheduled_at, booked_hours, services from int_shopware__appointment"
    due = {row[0]: row[1:] for row in warehouse.sql(sql).fetchall()}
    assert due == {
        key: (row["ro_id"], row["scheduled_at"], row["booked_hours"], row["services"])
        for key, row in state["appointment"].items()
        if row["ro_id"]
    }
    sql = "select employee_id, in_at, out_at, site from int_shopware__time_card"
    assert sorted(warehouse.sql(sql).fetchall(), key=str) == sorted(
        ((row["employee_id"], row["in_at"], row["out_at"], "2") for row in state["time_card"].values()), key=str
    )
