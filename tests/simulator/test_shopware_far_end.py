"""The far end and the connector speak the vendor's OpenAPI documents. Keep out: what comes out (test_shopware_told.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest
import yaml

from connectors.base import Window
from connectors.landing import landing
from connectors.shopware import ShopWare
from connectors.simulator import shopware_payload as payload
from connectors.simulator.httpserver import json_text as text
from connectors.simulator.shopware import ShopWareServer
from connectors.simulator.whole import Unspeakable
from tests.simulator.shopware_shop import payment_types, truth, world

Json = dict[str, Any]


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
