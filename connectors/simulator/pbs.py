"""Far end `pbs`: PartnerHub of one dealer: POSTed JSON, whole lists back, the three payers' blocks apart.

What PartnerHub cannot carry: estimates, payments, jurisdictions of tax beyond two, discounts of lines other than
in the blocks, which fee it was, who pays what stands in no request.

Belongs here: operations and their filters. Keep out: one order (pbs_order.py)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from connectors.simulator.events import Company, Event, Site, State
from connectors.simulator.httpserver import FarEnd, Reply, Request
from connectors.simulator.operations import View
from connectors.simulator.pbs_order import instant, order

SENT = ("open", "on_hold", "finished", "closed", "void")
Json = dict[str, Any]


class PbsServer(FarEnd):
    """One dealer, as of an instant; `as_of` may be moved while it runs."""

    def __init__(self, company: Company, events: Iterable[Event], site: Site, as_of: datetime) -> None:
        super().__init__()
        self.company, self.site, self.as_of = company, site, as_of
        self.events, self._view = list(events), View(site)
        self.user, self.password = "tieout", "pbs-password"
        self.merged: dict[str, str] = {}  # contact -> the one that goes on
        self.deleted: set[str] = set()  # contacts and vehicles
        self.by_id = True  # does the list of orders know a filter by id?

    def allowed(self, request: Request) -> bool:
        basic = b64encode(f"{self.user}:{self.password}".encode()).decode()
        return request.header("Authorization") == f"Basic {basic}"

    def refusal(self, status: int) -> Reply:
        return Reply(status, {"ResponseStatus": {"ErrorCode": "Unavailable", "Message": "Try again later"}})

    def answer(self, request: Request, fault: str) -> Reply:
        asked = request.json
        operations: dict[str, tuple[str, Callable[[Json], list[Json]]]] = {
            "RepairOrderGet": ("RepairOrders", self._orders),
            "ContactGet": ("Contacts", self._contacts),
            "VehicleGet": ("Vehicles", self._vehicles),
            "EmployeeGet": ("Employees", self._employees),
        }
        holds, rows = operations[request.path.rpartition("/")[2]]
        mine = asked.get("SerialNumber") == self.site.source_code
        return Reply(200, {holds: rows(asked) if mine else []})

    def state(self) -> State:
        return self._view.at(self.events, self.as_of)

    def _orders(self, asked: Json) -> list[Json]:
        """By id, or by the instant of the cashier, the opening or the last change; an order may be in several lists."""
        chosen = []
        for key in sorted(self.state()["repair_order"]):
            ro = self.state()["repair_order"][key]
            cashiered = ro["closed_at"] if ro["status"] == "closed" else None
            if ro["status"] in SENT and (
                ("RepairOrderId" in asked and (asked["RepairOrderId"] == key or not self.by_id))
                or _between(asked, "Cashiered", cashiered)
                or _between(asked, "OpenDate", ro["opened_at"])
                or _between(asked, "Modified", ro["updated_at"])
            ):
                chosen.append(order(self.site, ro))
        return chosen

    def _contacts(self, asked: Json) -> list[Json]:
        rows = []
        for key, row in sorted(self.state()["customer"].items()):
            if "ModifiedSince" in asked and not _between(asked, "Modified", row["updated_at"]):
                continue
            phones = (row["phones"] or "").split(";")
            opted = {None: "Unknown", True: "true", False: "false"}[row["sms_opt_in"]]
            rows.append({
                "ContactId": key, "FirstName": row["first_name"], "LastName": row["last_name"],
                "CompanyName": row["company_name"], "IsBusiness": bool(row["company_name"]),
                "Address": row["address_1"], "City": row["city"], "State": row["state"],
                "ZipCode": row["postal_code"], "CellPhone": phones[0], "HomePhone": phones[1] if phones[1:] else "",
                "EmailAddress": row["email"], "IsInactive": False, "IsDeleted": key in self.deleted,
                "MergedToContactRef": self.merged.get(key),
                "CommunicationPreferences": {"Email": "Unknown", "TextMessage": opted},
                "LastUpdate": instant(row["updated_at"]),
            })  # fmt: skip
        return rows

    def _vehicles(self, asked: Json) -> list[Json]:
        names = {"VIN": "vin", "Year": "year", "Make": "make", "Model": "model", "Engine": "engine"}
        rows = []
        for key, row in sorted(self.state()["vehicle"].items()):
            if "ModifiedSince" not in asked or _between(asked, "Modified", row["updated_at"]):
                said = {name: row[column] for name, column in names.items()}
                owner = {"VehicleId": key, "OwnerRef": row["customer_id"], "Odometer": row["odometer"]}
                ends = {"IsDeleted": key in self.deleted, "LastUpdate": instant(row["updated_at"])}
                rows.append({**owner, **said, **ends})
        return rows

    def _employees(self, asked: Json) -> list[Json]:
        rows = []
        for key, row in sorted(self.state()["employee"].items()):
            first, _, last = (row["name"] or "").partition(" ")
            flags = {f"Is{role.title()}": row["role"] == role for role in ("advisor", "technician")}
            inactive = row["active"] is False
            if asked.get("IncludeInactive") or not inactive:
                rows.append({"EmployeeId": key, "FirstName": first, "LastName": last, **flags, "IsInactive": inactive})
        return rows


def _between(asked: Json, name: str, at: datetime | None) -> bool:
    """The filter is asked for, and the instant lies within it."""
    if f"{name}Since" not in asked or at is None:
        return False
    first, last = (
        datetime.fromisoformat(asked[key][:26]).replace(tzinfo=UTC) if key in asked else None
        for key in (f"{name}Since", f"{name}Until")
    )
    return (first is None or first <= at) and (last is None or at <= last)
