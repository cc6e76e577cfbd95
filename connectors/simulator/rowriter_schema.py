"""Tables of the R.O. Writer-like database. The vendor's true names are not public: all of these are made up.

Belongs here: each column and the column of the truth it shows (none: rowriter.py makes it). Keep out: values.
Money is text, because SQLite has no exact decimal; times are the shop's wall clock, without a zone."""

from __future__ import annotations

PAID = """TicketID=ro_id CustID=customer_id PayType=method_name Amount=amount PayDate=business_date
    EnteredAt=recorded_at CheckNo=reference AuthNo=auth_code TakenByID=taken_by_id"""
ITEM = """LineID=line_id TicketID=ro_id JobID=job_id OpCode=op_code Descr=description
    LaborDept=category TaxFlag=taxable"""
PRICE = "ExtPrice=gross_amount DiscAmt=discount_amount ExtCost=cost_amount"

TABLES: dict[str, str] = {
    "tblCustomer": """CustID=customer_id LastName=last_name FirstName=first_name Company=company_name
        CustKind= Phone1= Phone2= EMail=email Addr=address_1 City=city State=state
        Zip=postal_code TaxExempt=tax_exempt Terms= DateAdded=created_at""",
    "tblVehicle": """VehID=vehicle_id CustID=customer_id VIN=vin ModelYear=year Make=make Model=model
        Engine=engine Mileage=odometer""",
    "tblEmployee": """EmpID=employee_id EmpName=name EmpRole= Ext=extension HourlyCost=hourly_cost
        Active=active""",
    "tblPayType": "Slot= TypeName= FeePercent=",
    "tblEstimate": """EstID=ro_id EstNo=ro_number ShopCode= DateWritten=opened_at CustID=customer_id
        VehID=vehicle_id WriterID=advisor_id EstTotal=header_total""",
    "tblTicket": """TicketID=ro_id TicketNo=ro_number ShopCode= Status= DateIn=opened_at
        DateFinalized=closed_date DateVoided=voided_date CustID=customer_id VehID=vehicle_id
        WriterID=advisor_id OpenWriterID=open_advisor_id ProfitCenter=profit_center
        Mileage=odometer_in TaxExempt=tax_exempt VoidReason=void_reason
        RefundOfID=refund_of_ro_id EstTotal=quote_amount PartsTotal=header_parts
        LaborTotal=header_labor SubletTotal=header_sublet SuppliesTotal=header_supplies
        OtherFees=header_fees CardFee=header_upcharge DiscountTotal=header_discount
        OtherTotal=header_other TaxTotal=header_tax GrandTotal=header_total""",
    "tblTicketJob": """JobID=job_id TicketID=ro_id Title=title LaborDept=category Auth=
        PartsQuote=presented_parts LaborQuote=presented_labor SubletQuote=presented_sublet
        SoldAmt=sold_amount PrimaryTechID=technician_id DeclineReason=declined_reason
        DeferUntil=deferred_until""",
    "tblTicketPart": f"""{ITEM} PartNo=part_number Brand=brand PartDept=department Qty=quantity
        UnitPrice=unit_price CoreAmt=core_charge {PRICE} VendorID=supplier_id
        IsReturn=is_return""",
    "tblTicketLabor": f"""{ITEM} Hours=hours_billed HoursActual=hours_actual {PRICE} Tech1ID= Tech1Pct=
        Tech2ID= Tech2Pct=""",
    "tblTicketSublet": f"{ITEM} VendorID=supplier_id Price=net_amount Cost=cost_amount",
    "tblTicketCharge": f"{ITEM} ChargeKind= Amount=net_amount TaxName=tax_code TaxBase= TaxRate=",
    "tblPayment": f"PayID=tender_id {PAID} Voided=is_void",
    "tblAdvance": f"AdvID=tender_id {PAID} AppliedToID=applied_to_ro_id",
    "tblCharge": """ChargeID=tender_id TicketID=ro_id CustID=customer_id Amount=amount
        ChargeDate=business_date EnteredAt=recorded_at""",
    "tblArPayment": f"ArPayID=tender_id {PAID}",
    "tblAppt": """ApptID=appointment_id CustID=customer_id VehID=vehicle_id ApptAt=scheduled_at
        MadeAt=created_at MadeBy= ApptStatus=status TicketID=ro_id Descr=services
        BookHours=booked_hours WriterID=advisor_id""",
    "tblArLedger": """EntryID=entry_id CustID=customer_id TicketID=ro_id EntryType= Amount=amount
        EntryDate=business_date""",
    "tblVendorInvoiceLine": """RowID= InvoiceID=purchase_id LineID=line_id VendorID=supplier_id
        VendorName=supplier_name PartNo=part_number Qty=quantity UnitCost=unit_cost IsReturn=is_return
        CoreCredit=core_credit TicketID=ro_id InvoiceDate=invoice_date""",
    "tblTimeCard": """CardID=card_id EmpID=employee_id ClockIn=in_at ClockOut=out_at Hours=hours
        Approved=approved""",
}
DETAIL = (
    "tblPayType",
    "tblTicketJob",
    "tblTicketPart",
    "tblTicketLabor",
    "tblTicketSublet",
    "tblTicketCharge",
    "tblVendorInvoiceLine",
    "tblTimeCard",
)
WHOLE = {"Slot", "ModelYear", "Mileage", "TaxExempt", "TaxFlag", "Active", "IsReturn", "Voided", "Approved"}


def columns(table: str, *, last_changed: bool) -> dict[str, str]:
    """Column of the table -> column of the truth ('' where it is not one to one)."""
    pairs = dict(one.split("=") for one in TABLES[table].split())
    return {**pairs, "LastChanged": "updated_at"} if last_changed and table not in DETAIL else pairs


def ddl(table: str, *, last_changed: bool) -> str:
    names = list(columns(table, last_changed=last_changed))
    kinds = [f"{name} {'INTEGER' if name in WHOLE else 'VARCHAR(200)'}" for name in names]
    return f"CREATE TABLE {table} ({', '.join(kinds)}, PRIMARY KEY ({names[0]}))"
