"""Tables of the Mitchell 1-like database. The vendor's true names are not public: all of these are made up.

Belongs here: each column and the column of the truth it shows (none: mitchell1.py makes it). Keep out: values.
Money is text, because SQLite has no exact decimal; times are the shop's wall clock, without a zone."""

from __future__ import annotations

ITEM = """ItemId=line_id OrderId=ro_id JobId=job_id Description=description Category=category
    Extended=gross_amount Discount=discount_amount Cost=cost_amount Taxable=taxable"""

TABLES: dict[str, str] = {
    "Customer": """CustomerId=customer_id LastName=last_name FirstName=first_name Company=company_name
        HomePhone= CellPhone= Email=email Street=address_1 City=city State=state Zip=postal_code
        TaxExempt=tax_exempt Created=created_at""",
    "Vehicle": """VehicleId=vehicle_id CustomerId=customer_id Vin=vin ModelYear=year Make=make
        Model=model Engine=engine Odometer=odometer""",
    "Employee": "EmployeeId=employee_id EmployeeName=name Position= Active=active",
    "RepairOrder": """OrderId=ro_id OrderNumber=ro_number Stage= Written=opened_at Posted=closed_date
        Voided=voided_date CustomerId=customer_id VehicleId=vehicle_id WriterId=advisor_id
        OdometerIn=odometer_in TaxExempt=tax_exempt EstimateTotal=quote_amount PartsTotal=
        LaborTotal=header_labor SubletTotal= Supplies= Hazardous= DiscountTotal= Tax= Total=
        Charged=""",
    "OrderJob": """JobId=job_id OrderId=ro_id Title=title Category=category Authorization=
        PartsQuote=presented_parts LaborQuote=presented_labor Sold=sold_amount
        TechnicianId=technician_id""",
    "OrderPart": f"""{ITEM} PartNumber=part_number Brand=brand VendorId=supplier_id Quantity=quantity
        Price=unit_price Core=core_charge""",
    "OrderLabor": f"{ITEM} LaborType= OpCode=op_code Hours=hours_billed ClockedHours=hours_actual TechnicianId=",
    "Receipt": """ReceiptId=tender_id OrderId=ro_id CustomerId=customer_id ReceiptKind=
        PaymentType=method_name Amount=amount ReceiptDate=business_date Entered=recorded_at
        Reference=reference AuthCode=auth_code EmployeeId=taken_by_id""",
    "Appointment": """AppointmentId=appointment_id CustomerId=customer_id VehicleId=vehicle_id
        StartsAt=scheduled_at MadeAt=created_at Origin= State=status OrderId=ro_id Subject=services
        Hours=booked_hours WriterId=advisor_id""",
    "Ledger": """EntryId=entry_id CustomerId=customer_id OrderId=ro_id EntryKind= Amount=amount
        EntryDate=business_date""",
    "VendorInvoiceItem": """RowId= InvoiceId=purchase_id ItemId=line_id VendorId=supplier_id
        VendorName=supplier_name PartNumber=part_number Quantity=quantity UnitCost=unit_cost
        Returned=is_return CoreCredit=core_credit OrderId=ro_id InvoiceDate=invoice_date""",
    "TimeClock": "PunchId=card_id EmployeeId=employee_id ClockIn=in_at ClockOut=out_at Hours=hours Approved=approved",
}
WHOLE = {"ModelYear", "Odometer", "OdometerIn", "TaxExempt", "Taxable", "Active", "Returned", "Approved"}


def columns(table: str) -> dict[str, str]:
    """Column of the table -> column of the truth ('' where it is not one to one)."""
    return dict(one.split("=") for one in TABLES[table].split())


def ddl(table: str) -> str:
    names = list(columns(table))
    kinds = [f"{name} {'INTEGER' if name in WHOLE else 'VARCHAR(200)'}" for name in names]
    return f"CREATE TABLE {table} ({', '.join(kinds)}, PRIMARY KEY ({names[0]}))"
