"""What is written from the models' own descriptions is what they say now, and no printed report of the field lacks a
relation. Keep out: figures."""

from __future__ import annotations

from typing import Any

from warehouse.test_reports import CATALOGUE

from orchestration import dictionary

# the reports that the three public documents of the field print (REPORTS.md sections 3, 4, 5)
PRINTED = {
    "OktoRocket": """Call Flow Visualizer; Call Summary; Extension Summary; First Time Call Conversion;
        First Time Call Conversion Metrics; Existing Customer Call Conversion; After Hours Calls; Busy Hour Calls;
        Customer Phone/Site Report; Advisor IQ Dashboard; Campaign Performance; Cross Over; First Time Customers;
        Market Penetration; Online Scheduler Dashboard; No Show; Short URL; Transaction Detail; Repair Order Detail;
        Deferred Services; Parts Search; Parts Supplier Spend; Labor Search; Make/Model; New vs Repeat;
        Service Writer Summary; Repair Order Summary; Voided Repair Order Summary; Average Daily Sales by Advisor;
        Average Daily Sales by Site; Sales by Category; Service Advisor Sales Tracker; Site Comparison Tracker;
        Store Report; Tech Sales Tracker; User Activity; Active Tasks; Task History; Advisor Task Activity;
        Site Stats""",
    "Kimoby": """RO Video Report; RO Video Progress; RO With Videos (graph); RO Photo Report; RO Photo Progress;
        RO Media Report; RO Media Progress; RO Payment Requests; RO Payment Requests Progress; RO Estimates;
        RO Estimates Progress""",
    "R.O. Writer": "Sales Summary",
}


def printed() -> set[str]:
    return {f"{who}, {' '.join(name.split())}" for who, names in PRINTED.items() for name in names.split(";")}


def nodes(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return list(manifest["nodes"].values())


def test_every_printed_report_has_its_relation_and_every_column_is_described(manifest: dict[str, Any]) -> None:
    found = dictionary.reports(nodes(manifest))
    assert len(printed()) == 40 + 11 + 1
    assert printed() - {node["config"]["meta"]["seed"] for node in found} == set()
    assert set(CATALOGUE) <= {node["name"] for node in found}
    assert [
        (node["name"], name) for node in found for name, one in node["columns"].items() if not one["description"]
    ] == []


def test_the_data_dictionary_and_the_exposures_are_what_the_models_say(manifest: dict[str, Any]) -> None:
    stale = "stale: run python -m orchestration.dictionary"
    assert dictionary.DICTIONARY.read_text(encoding="utf-8") == dictionary.dictionary(nodes(manifest)), stale
    assert dictionary.EXPOSURES.read_text(encoding="utf-8") == dictionary.exposures(nodes(manifest)), stale
