"""What stands near a shop: its own rows, and of the others those of its customers, cars, callers and documents."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import duckdb
import pytest

from reporting import near
from reporting.near import Near, are_few

CHI, DEN, SEA = 1, 2, 3
ANN, BOB, CID, DAN, NOBODY = 10, 20, 30, 40, -1  # customers
FORD, KIA = 100, 200  # cars
COMPANY = """
create schema core;
create table core.dim_site as from (values (1), (2), (3), (-1)) as sites (site_key);
create table core.fct_repair_order (
    ro_key uuid, site_key bigint, customer_key bigint, vehicle_key bigint, refund_of_ro_key uuid
);
create table core.fct_ro_line (ro_line_key integer, ro_key uuid, site_key bigint);
create table core.fct_tender (
    tender_key integer, site_key bigint, ro_key uuid, applied_to_ro_key uuid, customer_key bigint,
    processor_txn_id varchar, auth_code varchar
);
create table core.fct_processor_txn (
    source_entity_id varchar, site_key bigint, payout_key integer, auth_code varchar
);
create table core.fct_payout (payout_key integer, site_key bigint);
create table core.fct_call (
    call_key integer, site_key bigint, direction varchar, from_e164 varchar, to_did varchar
);
create table core.fct_call_leg (call_leg_key integer, call_key integer);
create table core.bridge_customer_source (customer_key bigint, golden_customer_key bigint);
create table core.bridge_customer_phone (
    customer_key bigint, golden_customer_key bigint, phone varchar, site_key bigint
);
create table core.bridge_vehicle_source (vehicle_key bigint, golden_vehicle_key bigint);
create table core.dim_customer (customer_key bigint);
create table core.cfg_phone_ignore as select '+13125550000' as phone;
"""


class Company:
    """Facts of three shops, as rows are added, and what of them stands near one of these."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as snapshot; attach ':memory:' as warehouse; use snapshot")
        self.connection.execute(COMPANY)

    def add(self, relation: str, *row: object) -> None:
        self.connection.execute(f"insert into core.{relation} values ({', '.join('?' * len(row))})", row)

    def order(
        self, number: int, site: int, customer: int = NOBODY, car: int = -1, refund_of: int | None = None
    ) -> None:
        self.add("fct_repair_order", UUID(int=number), site, customer, car, UUID(int=refund_of) if refund_of else None)
        self.add("fct_ro_line", number, UUID(int=number), site)

    def tender(
        self,
        number: int,
        site: int,
        order: int,
        applied_to: int = 0,
        charge: str | None = None,
        auth: str | None = None,
    ) -> None:
        applied = UUID(int=applied_to) if applied_to else None
        self.add("fct_tender", number, site, UUID(int=order), applied, NOBODY, charge, auth)

    def charge(self, name: str, site: int, payout: int | None = None, auth: str | None = None) -> None:
        self.add("fct_processor_txn", name, site, payout, auth)

    def customer(self, key: int, *phones: str, golden: int | None = None) -> None:
        self.add("bridge_customer_source", key, golden or key)
        self.add("dim_customer", key)
        for phone in phones:
            self.add("bridge_customer_phone", key, golden or key, phone, None)

    def call(self, number: int, site: int | None, customer: str, direction: str = "in") -> None:
        own = "+13125559999"  # every shop is called at it
        self.add("fct_call", number, site, direction, *([customer, own] if direction == "in" else [own, customer]))
        self.add("fct_call_leg", 10 + number, number)

    def near(self, relation: str, column: str, site: int = CHI) -> list[object]:
        table = Near(self.connection, frozenset([site])).relation(relation)
        rows = self.connection.execute(f"select {column} from {table} order by all").fetchall()
        return [value.int if isinstance(value, UUID) else value for (value,) in rows]

    def orders(self) -> list[object]:
        found = self.near("fct_repair_order", "ro_key")
        assert self.near("fct_ro_line", "ro_line_key") == found
        return found


@pytest.fixture
def company() -> Iterator[Company]:
    made = Company()
    yield made
    made.connection.close()


def test_a_customers_visits_elsewhere_are_near_and_a_strangers_are_not(company: Company) -> None:
    for key in (ANN, BOB):
        company.customer(key)
    company.order(1, CHI, ANN)
    company.order(2, DEN, ANN)
    company.order(3, DEN, BOB)
    assert company.orders() == [1, 2]


def test_who_nobody_knows_is_not_one_customer(company: Company) -> None:
    company.order(1, CHI, NOBODY)
    company.order(2, DEN, NOBODY)
    assert company.orders() == [1]


def test_a_customer_of_two_records_is_one(company: Company) -> None:
    company.customer(ANN)
    company.customer(BOB, golden=ANN)
    company.order(1, CHI, ANN)
    company.order(2, SEA, BOB)
    assert company.orders() == [1, 2]
    assert company.near("dim_customer", "customer_key") == [ANN, BOB]


def test_a_car_is_near_wherever_it_was_repaired_and_whoever_brought_it(company: Company) -> None:
    for key in (ANN, BOB):
        company.customer(key)
    for record in (FORD, KIA):
        company.add("bridge_vehicle_source", record, FORD)
    company.order(1, CHI, ANN, FORD)
    company.order(2, DEN, BOB, KIA)
    assert company.orders() == [1, 2]
    assert company.near("dim_customer", "customer_key") == [ANN, BOB]


def test_a_callers_orders_are_near_the_shop_that_was_called(company: Company) -> None:
    company.customer(ANN, "+13125550001")
    company.order(1, DEN, ANN)
    company.call(1, CHI, "+13125550001")
    assert company.orders() == [1]


def test_calls_from_and_to_all_numbers_of_a_caller_are_near_with_their_legs(company: Company) -> None:
    company.customer(ANN, "+13125550001", "+13125550002")
    company.call(0, CHI, "+13125550001")
    company.call(1, DEN, "+13125550002")
    company.call(2, DEN, "+13125550003")
    company.call(3, None, "+13125550001")
    company.call(4, SEA, "+13125550002", "out")
    company.call(5, SEA, "+13125550003", "out")
    assert company.near("fct_call", "call_key") == [0, 1, 3, 4]
    assert company.near("fct_call_leg", "call_leg_key") == [10, 11, 13, 14]


def test_a_number_that_all_shops_dial_brings_no_call_near(company: Company) -> None:
    for number, site in enumerate((CHI, DEN, SEA)):
        company.call(number, site, "+13125558000", "out")
    assert company.near("fct_call", "call_key") == [0]


def test_who_shares_a_number_with_who_shares_a_number_is_near(company: Company) -> None:
    company.customer(ANN, "+13125550001")
    company.customer(BOB, "+13125550001", "+13125550002")
    company.customer(CID, "+13125550002", "+13125550003")
    company.customer(DAN, "+13125550004")
    company.order(1, CHI, ANN)
    for number, customer in enumerate((BOB, CID, DAN), start=2):
        company.order(number, DEN, customer)
    assert company.orders() == [1, 2, 3]


def test_a_number_that_tells_nobody_joins_nobody(company: Company) -> None:
    for key, site in ((ANN, CHI), (BOB, DEN)):
        company.customer(key, "+13125550000")
        company.order(key, site, key)
    company.call(1, CHI, "+13125550000")
    assert company.orders() == [ANN]


def test_payments_of_a_shops_orders_are_near_wherever_they_were_taken(company: Company) -> None:
    company.order(1, CHI)
    company.order(2, DEN)
    company.order(3, DEN)
    company.tender(1, DEN, order=1)
    company.tender(2, SEA, order=2, applied_to=1)
    company.tender(3, DEN, order=3)
    assert company.near("fct_tender", "tender_key") == [1, 2]


def test_an_order_elsewhere_that_a_shop_took_money_for_is_near(company: Company) -> None:
    company.order(1, DEN)
    company.tender(1, CHI, order=1)
    assert company.orders() == [1]


@pytest.mark.parametrize(("refunding", "refunded"), [(CHI, DEN), (DEN, CHI)])
def test_a_refund_and_what_it_refunds_are_near_each_other(company: Company, refunding: int, refunded: int) -> None:
    company.order(1, refunded)
    company.order(2, refunding, refund_of=1)
    assert company.orders() == [1, 2]


def test_a_charge_and_its_payment_are_near_each_other_in_whichever_shops(company: Company) -> None:
    for number, (paid, charged) in enumerate([(CHI, DEN), (DEN, CHI), (DEN, SEA)], start=1):
        company.tender(number, paid, order=number, charge=f"pi_{number}")
        company.charge(f"pi_{number}", charged)
    assert company.near("fct_tender", "tender_key") == [1, 2]
    assert company.near("fct_processor_txn", "source_entity_id") == ["pi_1", "pi_2"]


def test_a_charge_of_an_orders_payment_elsewhere_is_near_by_its_authorisation(company: Company) -> None:
    company.order(1, CHI)
    company.tender(1, DEN, order=1, auth="A1")
    company.charge("pi_1", DEN, auth="A1")
    company.charge("pi_2", DEN, auth="B2")
    assert company.near("fct_processor_txn", "source_entity_id") == ["pi_1"]


def test_what_a_payout_to_a_shop_pays_is_near(company: Company) -> None:
    company.add("fct_payout", 1, CHI)
    company.add("fct_payout", 2, DEN)
    for payout in (1, 2):
        company.charge(f"pi_{payout}", DEN, payout)
    assert company.near("fct_processor_txn", "source_entity_id") == ["pi_1"]


def test_all_shops_and_more_rows_than_are_kept_are_read_where_they_stand(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 7):
        company.order(number, CHI)
    assert are_few(company.connection, [CHI])
    assert not are_few(company.connection, [CHI, DEN, SEA])
    monkeypatch.setattr(near, "FEW_ROWS", 4)  # of twelve rows a third
    assert are_few(company.connection, [CHI])
    monkeypatch.setattr(near, "FEW_ROWS", 3)
    assert not are_few(company.connection, [CHI])
