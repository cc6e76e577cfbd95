"""The columns of every entity and of its child lists, as CANONICAL.md names them.

Belongs here: names. Keep out: types (told by the name), values."""

from __future__ import annotations


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ENTITIES: dict[str, tuple[str, ...]] = {
    "customer": _names(
        """customer_id site first_name last_name company_name type phones email postal_code created_at
        is_internal_test tax_exempt ar_terms address_1 city state mail_opt_out merged_into_id sms_opt_in
        updated_at deleted"""
    ),
    "vehicle": _names("vehicle_id customer_id vin year make model engine odometer updated_at deleted"),
    "employee": _names("employee_id site name role extension hourly_cost active updated_at deleted"),
    "repair_order": _names(
        """ro_id site ro_number status opened_at closed_date closed_at voided_date customer_id vehicle_id
        advisor_id open_advisor_id pay_types dvi_status odometer_in profit_center tax_exempt void_reason
        refund_of_ro_id quote_amount header_parts header_labor header_sublet header_supplies header_fees
        header_upcharge header_discount header_other header_tax header_total appointment_id updated_at
        updated_by deleted lines jobs taxes"""
    ),
    "ro_status_event": _names("ro_id event_id from_status to_status at by_id reason"),
    "tender": _names(
        """tender_id site ro_id customer_id kind method method_name amount business_date recorded_at
        reference auth_code processor_txn_id applied_to_ro_id taken_by_id is_void voids_tender_id
        updated_at deleted"""
    ),
    "call": _names(
        """call_id site direction from_number to_number started_at answered_at ended_at status entry_point
        extension employee_id is_spam recording_id updated_at legs"""
    ),
    "phone_number": _names("number site description campaign_id is_tracking valid_from valid_to"),
    "site_hours": _names("site weekday date opens closes is_holiday workday_weight"),
    "control_total": _names("site business_date name value"),
}
CHILDREN: dict[str, tuple[str, ...]] = {
    "lines": _names(
        """ro_id line_id line_type job_id description category department op_code part_number brand
        supplier_id quantity unit_price gross_amount discount_amount net_amount cost_amount core_charge
        taxable tax_code pay_type hours_billed hours_actual technician_ids is_return is_freight
        is_warranty_refund"""
    ),
    "jobs": _names(
        """ro_id job_id title category presented_at decision decided_at presented_parts presented_labor
        presented_sublet sold_amount advisor_id technician_id declined_reason deferred_until"""
    ),
    "taxes": _names("ro_id jurisdiction taxable_base rate tax_amount"),
    "legs": _names(
        """call_id leg_id extension employee_id started_at answered_at ended_at result transfer_from"""
    ),
}
DATES = frozenset(_names("closed_date voided_date business_date valid_from valid_to deferred_until date"))
