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
        extension employee_id is_spam recording_id updated_at legs steps"""
    ),
    "phone_number": _names("number site description campaign_id is_tracking valid_from valid_to"),
    "site_hours": _names("site weekday date opens closes is_holiday workday_weight"),
    "control_total": _names("site business_date name value"),
    "inspection": _names(
        """inspection_id ro_id technician_id started_at completed_at sent_at items_red items_yellow items_green
        updated_at"""
    ),
    "ar_entry": _names("entry_id site customer_id ro_id type amount business_date updated_at deleted"),
    "extension": _names("site extension employee_id is_group valid_from valid_to"),
    "call_score": _names("call_id rubric criterion score max_score passed scored_by"),
    "task": _names(
        """task_id site type title customer_id ro_id assigned_to_id created_at due_at priority status closed_at
        closed_by_id disposition updated_at deleted"""
    ),
    "task_event": _names("task_id event_id type at by_id from_id to_id"),
    "message": _names(
        """message_id site direction channel customer_id employee_id ro_id campaign_id conversation_id sent_at
        delivered_at failed_at opened_at is_automated"""
    ),
    "media": _names("media_id ro_id kind created_by_id created_at deleted"),
    "media_event": _names("media_id type at viewer"),
    "payment_request": _names(
        """request_id ro_id created_by_id amount sent_at status paid_at paid_amount refunded_amount
        processor_txn_id updated_at"""
    ),
    "estimate": _names("estimate_id ro_id created_by_id sent_at version updated_at"),
    "estimate_item": _names("estimate_id item_id amount decision decided_at"),
    "ro_participant": _names("ro_id employee_id role added_at"),
    "campaign": _names("campaign_id name channel cost"),
    "campaign_touch": _names(
        """campaign_id touch_id site customer_id recipient sent_at delivered_at opened_at clicked_at replied_at
        opted_out_at failed_at cost"""
    ),
    "link": _names("link_id target campaign_id message_id"),
    "link_click": _names("link_id click_id at recipient user_agent"),
    "appointment": _names(
        """appointment_id site customer_id vehicle_id scheduled_at created_at source status ro_id
        reschedule_of_id services booked_hours advisor_id confirmed_at reminders_sent updated_at deleted"""
    ),
    "appointment_event": _names("appointment_id event_id type at"),
    "scheduler_session": _names("session_id site started_at furthest_step completed appointment_id referrer"),
    "processor_txn": _names(
        """txn_id site type origin gross fee net processed_at payout_id card_brand last4 auth_code reference"""
    ),
    "payout": _names("payout_id site expected_date deposited_date amount status bank_reference"),
    "cash_count": _names(
        """site business_date drawer counted_cash counted_checks deposit_slip deposited_amount counted_by_id"""
    ),
    "purchase_line": _names(
        """purchase_id line_id site supplier_id supplier_name part_number quantity unit_cost is_return
        core_credit ro_id invoice_date"""
    ),
    "time_card": _names("card_id site employee_id in_at out_at hours approved"),
    "audit_event": _names(
        """event_id site user_id user_name at entity_type entity_id action field old_value new_value ip via"""
    ),
    "postal_area": _names("postal_code households population latitude longitude"),
    "opening_balance": _names("site account customer_id ro_id amount business_date"),
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
    "steps": _names("call_id seq node_type label entered_at exited_at exit_reason"),
}
DATES = frozenset(
    _names(
        """closed_date voided_date business_date valid_from valid_to deferred_until date invoice_date expected_date
        deposited_date"""
    )
)
