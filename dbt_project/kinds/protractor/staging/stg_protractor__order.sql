with source as (
    select * from {{ source('protractor', 'order') }}
),

renamed as (
    select
        id as ro_id,
        document,
        type,
        location_id,
        work_order_number,
        invoice_number,
        workflow_stage,
        completed as is_completed,
        contact_id,
        service_item_id,
        service_advisor_id,
        in_usage,
        other_charge_code,
        header_creation_time as created_at,
        invoice_time as invoiced_at,
        header_last_modified_time as updated_at,
        summary_parts_total as parts_total,
        summary_labor_total as labor_total,
        summary_sublet_total as sublet_total,
        summary_net_total as net_total,
        summary_grand_total as grand_total,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
