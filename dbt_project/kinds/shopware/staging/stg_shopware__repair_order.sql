with source as (
    select * from {{ source('shopware', 'repair_order') }}
),

renamed as (
    select
        id as ro_id,
        number as ro_number,
        shop_id,
        state,
        status_id,
        customer_id,
        vehicle_id,
        advisor_id,
        technician_id,
        odometer,
        odometer_out,
        detail,
        preferred_contact_type,
        part_discount_cents,
        -- the vendor's OpenAPI document misspells the name that its answers have
        coalesce(labor_discount_cents, labort_discount_cents) as labor_discount_cents,
        part_discount_percentage,
        labor_discount_percentage,
        supply_fee_cents,
        taxable as is_taxable,
        part_tax_rate,
        labor_tax_rate,
        hazmat_tax_rate,
        sublet_tax_rate,
        customer_source,
        customer_concern,
        vehicle_use,
        fleet_po,
        label_text,
        started_at,
        closed_at,
        picked_up_at,
        due_in_at,
        due_out_at,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
