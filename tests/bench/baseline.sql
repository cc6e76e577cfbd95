-- The yardstick: landing -> the newest version of everything -> the same tables, as one script for one engine.
-- No tests, no increments, no other source kind, no causes beyond the plain ones. $landing is the folder of packs,
-- $zones a list of (site, zone), $horizon the instant of the last pull.
create macro dim(a) as cast(md5_number_lower(a) & 9223372036854775807 as bigint);
create macro ref(c, id) as case when id is null then -1::bigint else dim(c || chr(31) || id) end;
create macro m(x) as cast(x as decimal(14, 2));
create macro d6(x) as cast(x as decimal(18, 6));
create macro ratio(a, b, k) as case when b <> 0 then sign(a) * sign(b) * cast(
    (cast(abs(a) * 10000 as hugeint) * 2 * cast(10 ** k as integer) + cast(abs(b) * 10000 as hugeint))
    // (2 * cast(abs(b) * 10000 as hugeint)) as decimal(38, 0)) end;
create macro div6(a, b) as cast(ratio(a, b, 6) * 0.000001 as decimal(18, 6));
create macro div2(a, b) as cast(ratio(a, b, 2) * 0.01 as decimal(18, 2));

create table site as
    select unnest.site, unnest.zone, dim(unnest.site) as site_key, dim(unnest.site) as connection_key from unnest($zones);
create table zone as
    select zone, slot, cast(epoch(timezone(zone, make_timestamptz(slot * 1800000000))) - slot * 1800 as bigint) as shift
    from (select distinct zone from site),
        range((epoch(timestamptz '2024-12-01')::bigint // 1800), (epoch($horizon::timestamptz)::bigint // 1800) + 480) as r (slot);
create view z as select site.*, slot, shift from site join zone using (zone);

create view landed_order as from read_parquet('$landing/files__repair_order/*.parquet');
create view landed_line as from read_parquet('$landing/files__ro_line/*.parquet');
create view landed_tender as from read_parquet('$landing/files__tender/*.parquet');
create view landed_call as from read_parquet('$landing/files__call/*.parquet');

-- dimensions
create table dim_customer as
    select ref(_connection, customer_id) as customer_key, connection_key as source_connection_key,
        customer_id as source_entity_id, _order as source_order, first_name, last_name, company_name, type as customer_type,
        phones, email, postal_code, created_at as created_ts, coalesce(is_internal_test, false) as is_internal_test,
        coalesce(tax_exempt, false) as is_tax_exempt, ar_terms, _is_deleted
    from read_parquet('$landing/files__customer/*.parquet') as r join site on r._connection = site.site qualify row_number() over (partition by _key order by _order desc) = 1;
create table dim_vehicle as
    select ref(_connection, vehicle_id) as vehicle_key, connection_key as source_connection_key,
        vehicle_id as source_entity_id, _order as source_order, ref(_connection, customer_id) as customer_key, vin, year,
        make, model, engine, odometer, _is_deleted
    from read_parquet('$landing/files__vehicle/*.parquet') as r join site on r._connection = site.site qualify row_number() over (partition by _key order by _order desc) = 1;
create table dim_employee as
    select ref(_connection, employee_id) as employee_key, name, role, employee_id as source_entity_id, _order as source_order
    from read_parquet('$landing/files__employee/*.parquet') qualify row_number() over (partition by _key order by _order desc) = 1;
create table dim_phone_number as
    select number, site.site_key, description, coalesce(is_tracking, false) as is_tracking
    from read_parquet('$landing/files__phone_number/*.parquet') as p join site on p.site = site.site
    qualify row_number() over (partition by _key order by _order desc) = 1;

-- orders and their lines: lines follow the version of their order
create temp table newest_order as
    select _key as ro_key, arg_max(_version, _order) as version from landed_order group by _key;

create table fct_ro_line as
    with lines as (
        select n.ro_key, n.version, l.*, site.site_key, site.connection_key,
            l.line_type in ('discount', 'coupon', 'package_discount', 'package_add') as is_discount
        from landed_line as l join newest_order as n on l._version = n.version join site on l._connection = site.site
    ),
    discounts as (
        select ro_key, cast(sum(net_amount) * 100 as bigint) as cents from lines where is_discount
        group by ro_key having sum(net_amount) <> 0
    ),
    weights as (
        select l._key, l.ro_key, l.line_id, d.cents, cast(abs(net_amount) * 100 as bigint) as weight,
            cast(sum(abs(net_amount) * 100) over (partition by l.ro_key) as bigint) as total
        from lines as l join discounts as d using (ro_key) where l.line_type in ('part', 'labor', 'sublet')
    ),
    shares as (
        select *, (abs(cents)::hugeint * weight) // total as whole, (abs(cents)::hugeint * weight) % total as rest
        from weights where total > 0
    ),
    allocated as (
        select _key, ro_key, m(-sign(cents) * (whole + case when row_number() over (partition by ro_key order by rest desc, line_id)
            <= abs(cents) - sum(whole) over (partition by ro_key) then 1 else 0 end) * 0.01) as ro_discount
        from shares
    )
    select l._key as ro_line_key, l.ro_key, l.version, site_key, connection_key as source_connection_key, l.line_id as source_entity_id,
        job_id, line_type,
        case when line_type in ('part', 'labor', 'sublet', 'tax', 'upcharge', 'other') then line_type when line_type = 'supply' then 'supplies'
            when line_type = 'fee' and taxable then 'part' when line_type = 'fee' then 'fee'
            when o.ro_key is not null then 'allocated' else 'other' end as sales_class,
        description, category, department, op_code, part_number, brand, supplier_id, quantity, unit_price,
        case when is_discount and o.ro_key is not null then m(0) else gross_amount end as extended_gross,
        coalesce(discount_amount, m(0)) as line_discount, coalesce(a.ro_discount, m(0)) as ro_discount,
        case when is_discount and o.ro_key is not null then m(0) else m(net_amount - coalesce(a.ro_discount, 0)) end as extended_net,
        case when is_discount then net_amount else m(0) end as memo_amount, cost_amount as cost, core_charge,
        coalesce(taxable, false) as taxable, tax_code, pay_type, hours_billed, hours_actual, technician_ids,
        coalesce(is_return, false) as is_return, coalesce(is_freight, false) as is_freight,
        coalesce(is_warranty_refund, false) as is_warranty_refund
    from lines as l left join allocated as a on l._key = a._key
    left join (select distinct ro_key from shares) as o on l.ro_key = o.ro_key;

create table fct_ro_line_tech as
    with labor as (
        select l.ro_line_key, l.ro_key, l.site_key, s.site as c, l.technician_ids, extended_net, coalesce(cost, 0) as cost,
            coalesce(hours_billed, 0) as hours_billed, hours_actual
        from fct_ro_line as l join site as s using (site_key) where sales_class = 'labor'
    ),
    members as (
        select * exclude (technician_ids), unnest(string_split(technician_ids, ';')) as member from labor where technician_ids like '%;%'
    ),
    weighted as (
        select *, split_part(member, ':', 1) as tech,
            cast(coalesce(nullif(split_part(member, ':', 2), ''), '1')::decimal(9, 6) * 1000000 as bigint) as w
        from members
    ),
    parted as (
        select *, cast(sum(w) over p as bigint) as total, row_number() over (partition by ro_line_key order by tech) as place,
            count(*) over p as n
        from weighted window p as (partition by ro_line_key)
    )
    select ro_line_key, ro_key, site_key, ref(c, nullif(split_part(technician_ids, ':', 1), '')) as tech_key, 1::decimal(9, 6) as share,
        hours_billed::decimal(12, 4) as hours_billed_alloc, hours_actual, m(extended_net) as labor_sales_alloc, m(cost) as labor_cost_alloc
    from labor where technician_ids is null or technician_ids not like '%;%'
    union all
    select ro_line_key, ro_key, site_key, ref(c, tech), div6(w::decimal(18, 0), total::decimal(18, 0))::decimal(9, 6),
        case when place < n then cast(floor(hours_billed * 10000 * w / total) * 0.0001 as decimal(12, 4))
            else hours_billed - sum(cast(floor(hours_billed * 10000 * w / total) * 0.0001 as decimal(12, 4))) over f end,
        case when place < n then cast(floor(hours_actual * 10000 * w / total) * 0.0001 as decimal(12, 4))
            else hours_actual - sum(cast(floor(hours_actual * 10000 * w / total) * 0.0001 as decimal(12, 4))) over f end,
        case when place < n then cast(floor(extended_net * 100 * w / total) * 0.01 as decimal(14, 2))
            else extended_net - sum(cast(floor(extended_net * 100 * w / total) * 0.01 as decimal(14, 2))) over f end,
        case when place < n then cast(floor(cost * 100 * w / total) * 0.01 as decimal(14, 2))
            else cost - sum(cast(floor(cost * 100 * w / total) * 0.01 as decimal(14, 2))) over f end
    from parted window f as (partition by ro_line_key order by place rows between unbounded preceding and 1 preceding);

-- history: versions that a newer one replaced
create table fct_repair_order_superseded as
    with older as (select * from landed_order where _version not in (select version from newest_order)),
    totals as (select _version, sum(net_amount) as grand_total from landed_line where _version in (select _version from older) group by _version)
    select o._version as version, o._key as ro_key, o._order as source_order, status, closed_date as close_business_date, closed_at as close_ts,
        m(coalesce(t.grand_total, 0)) as grand_total, header_total, updated_at as recorded_ts, updated_by, _is_deleted
    from older as o left join totals as t on o._version = t._version;
create table fct_ro_line_superseded as
    select _version as version, _key as ro_line_key, _parent_key as ro_key, line_id as source_entity_id, line_type, description, part_number,
        op_code, quantity, coalesce(discount_amount, m(0)) as line_discount, net_amount
    from landed_line where _version not in (select version from newest_order);

create table fct_repair_order as
    with sums as (
        select ro_key,
            sum(extended_net) filter (sales_class = 'part') as parts_sales, sum(extended_net) filter (sales_class = 'labor') as labor_sales,
            sum(extended_net) filter (sales_class = 'sublet') as sublet_sales, sum(extended_gross) filter (sales_class = 'part') as parts_sales_gross,
            sum(extended_gross) filter (sales_class = 'labor') as labor_sales_gross, sum(extended_gross) filter (sales_class = 'sublet') as sublet_sales_gross,
            sum(extended_net) filter (sales_class = 'part' and taxable) as parts_taxable, sum(extended_net) filter (sales_class = 'labor' and taxable) as labor_taxable,
            sum(extended_net) filter (sales_class = 'sublet' and taxable) as sublet_taxable, sum(extended_net) filter (sales_class = 'other' and taxable) as other_taxable,
            sum(extended_net) filter (sales_class = 'supplies') as supplies, sum(extended_net) filter (sales_class = 'fee') as fees_nontax,
            sum(extended_net) filter (sales_class = 'upcharge') as card_upcharge, sum(extended_net) filter (sales_class = 'other') as other_charges,
            sum(extended_gross) filter (sales_class = 'other') as other_charges_gross, sum(cost) filter (sales_class = 'other') as other_cost,
            sum(extended_net) filter (sales_class = 'tax') as sales_tax, sum(extended_net) as grand_total,
            sum(line_discount + ro_discount) filter (sales_class in ('part', 'labor', 'sublet', 'other')) as discount_total,
            sum(line_discount) filter (sales_class in ('part', 'labor', 'sublet', 'other')) as line_discounts,
            sum(memo_amount) filter (line_type = 'discount') as ro_discounts, sum(memo_amount) filter (line_type = 'coupon') as coupons,
            sum(memo_amount) filter (line_type = 'package_discount') as package_discounts, sum(memo_amount) filter (line_type = 'package_add') as package_adds,
            sum(cost) filter (sales_class = 'part') as parts_cost, sum(cost) filter (sales_class = 'labor') as labor_cost, sum(cost) filter (sales_class = 'sublet') as sublet_cost,
            sum(extended_gross) filter (sales_class = 'part' and (is_freight or is_return or is_warranty_refund)) as cogs_excluded_gross,
            sum(cost) filter (sales_class = 'part' and (is_freight or is_return or is_warranty_refund)) as cogs_excluded_cost,
            sum(hours_billed) filter (sales_class = 'labor') as hours_billed, sum(hours_actual) filter (sales_class = 'labor') as hours_actual,
            count(*) filter (sales_class = 'labor') as labor_lines, count(cost) filter (sales_class = 'labor') as labor_lines_with_cost, count(*) as line_count
        from fct_ro_line group by ro_key
    ),
    closes as (
        select ro_key, min(close_business_date) filter (status = 'closed') as first_close, max(close_business_date) filter (status = 'closed') as last_close,
            count(*) filter (before = 'closed' and status not in ('closed', 'void', 'deleted')) as reopen_count
        from (select *, lag(status) over (partition by ro_key order by source_order) as before from (
            select ro_key, source_order, status, close_business_date from fct_repair_order_superseded
            union all
            select _key, _order, status, closed_date from landed_order where _version in (select version from newest_order)
                and _key in (select ro_key from fct_repair_order_superseded)))
        group by ro_key
    )
    select o._key as ro_key, o._version as version, o._order as source_order, o._row_hash as source_row_hash, o._is_deleted, site.site_key,
        connection_key as source_connection_key, ro_id as source_entity_id, ro_number, status, opened_at as open_ts,
        make_timestamp(epoch_us(opened_at) + z.shift * 1000000)::date as open_business_date, closed_at as close_ts, closed_date as close_business_date,
        case when closed_date is null and closed_at is not null then 'instant' else 'day' end as date_precision, voided_date as void_business_date,
        ref(_connection, customer_id) as customer_key, ref(_connection, vehicle_id) as vehicle_key, ref(_connection, advisor_id) as advisor_key,
        ref(_connection, open_advisor_id) as open_advisor_key, pay_types, dvi_status, odometer_in, profit_center, coalesce(tax_exempt, false) as is_tax_exempt,
        void_reason, cast(null as uuid) as refund_of_ro_key, quote_amount, header_parts, header_labor, header_sublet, header_supplies, header_fees,
        header_upcharge, header_discount, header_other, header_tax, header_total, updated_at as recorded_ts, updated_by,
        status = 'closed' as is_closed, status = 'void' as is_void, status = 'closed' and closed_date is not null as is_sale,
        status = 'closed' and closed_date is not null and coalesce(s.grand_total, 0) < 0 as is_refund,
        m(coalesce(parts_sales, 0)) as parts_sales, m(coalesce(labor_sales, 0)) as labor_sales, m(coalesce(sublet_sales, 0)) as sublet_sales,
        m(coalesce(parts_sales_gross, 0)) as parts_sales_gross, m(coalesce(labor_sales_gross, 0)) as labor_sales_gross, m(coalesce(sublet_sales_gross, 0)) as sublet_sales_gross,
        m(coalesce(parts_taxable, 0)) as parts_taxable, m(coalesce(labor_taxable, 0)) as labor_taxable, m(coalesce(sublet_taxable, 0)) as sublet_taxable,
        m(coalesce(other_taxable, 0)) as other_taxable, m(case when coalesce(sales_tax, 0) <> 0 then coalesce(supplies, 0) else 0 end) as supplies_taxable,
        m(case when coalesce(sales_tax, 0) <> 0 then 0 else coalesce(supplies, 0) end) as supplies_nontax, m(coalesce(fees_nontax, 0)) as fees_nontax,
        m(coalesce(card_upcharge, 0)) as card_upcharge, m(coalesce(other_charges, 0)) as other_charges, m(coalesce(other_charges_gross, 0)) as other_charges_gross,
        m(coalesce(other_cost, 0)) as other_cost, m(coalesce(sales_tax, 0)) as sales_tax, m(coalesce(s.grand_total, 0)) as grand_total,
        m(coalesce(discount_total, 0)) as discount_total, m(coalesce(line_discounts, 0)) as line_discounts, m(coalesce(ro_discounts, 0)) as ro_discounts,
        m(coalesce(coupons, 0)) as coupons, m(coalesce(package_discounts, 0)) as package_discounts, m(coalesce(package_adds, 0)) as package_adds,
        m(coalesce(parts_cost, 0)) as parts_cost, m(coalesce(s.grand_total, 0) - coalesce(sales_tax, 0)) as total_ex_tax, m(labor_cost) as labor_cost,
        case when labor_cost is null then 'none' else 'source_value' end as labor_cost_method, m(coalesce(sublet_cost, 0)) as sublet_cost,
        m(coalesce(cogs_excluded_gross, 0)) as cogs_excluded_gross, m(coalesce(cogs_excluded_cost, 0)) as cogs_excluded_cost,
        cast(coalesce(hours_billed, 0) as decimal(12, 4)) as hours_billed, cast(hours_actual as decimal(12, 4)) as hours_actual,
        cast(coalesce(labor_lines, 0) as integer) as labor_lines, cast(coalesce(labor_lines_with_cost, 0) as integer) as labor_lines_with_cost,
        cast(coalesce(line_count, 0) as integer) as line_count, coalesce(first_close, case when status = 'closed' then closed_date end) as first_close_business_date,
        coalesce(last_close, case when status = 'closed' then closed_date end) as last_close_business_date, cast(coalesce(reopen_count, 0) as integer) as reopen_count
    from landed_order as o join newest_order as n on o._version = n.version
    join site on o.site = site.site
    left join zone as z on site.zone = z.zone and epoch_us(opened_at) // 1800000000 = z.slot
    left join sums as s on o._key = s.ro_key left join closes as c on o._key = c.ro_key;

-- payments
create table fct_tender as
    with newest as (select _key, max(_order) as _order from landed_tender group by _key)
    select t._key as tender_key, t._version as version, t._order as source_order, t._row_hash as source_row_hash, t._is_deleted, site.site_key,
        site.connection_key as source_connection_key, tender_id as source_entity_id,
        case when ro_id is not null then md5(_connection || chr(31) || ro_id)::uuid end as ro_key,
        case when applied_to_ro_id is not null then md5(_connection || chr(31) || applied_to_ro_id)::uuid end as applied_to_ro_key,
        ref(_connection, customer_id) as customer_key, case when kind = 'final' and method = 'ar' then 'ar_charge' else kind end as kind,
        'source' as kind_origin, method, coalesce(method_name, method) as method_name, amount, business_date, recorded_at as recorded_ts,
        make_timestamp(epoch_us(recorded_at) + z.shift * 1000000)::date as recorded_business_date, reference, auth_code, processor_txn_id,
        ref(_connection, taken_by_id) as taken_by_key, coalesce(is_void, false) as is_void
    from landed_tender as t join newest as n on t._key = n._key and t._order = n._order join site on t.site = site.site
    left join zone as z on site.zone = z.zone and epoch_us(recorded_at) // 1800000000 = z.slot;
create table fct_tender_superseded as
    select md5(_key || chr(31) || _version)::uuid as tender_version_key, _key as tender_key, _version as version,
        case when ro_id is not null then md5(_connection || chr(31) || ro_id)::uuid end as ro_key, site.site_key, _order as source_order, kind, method,
        coalesce(method_name, method) as method_name, amount, business_date, recorded_at as recorded_ts, coalesce(is_void, false) as is_void, _is_deleted
    from landed_tender as t join site on t.site = site.site where _version not in (select version from fct_tender);

-- calls
create table fct_call as
    with newest as (select _key, max(_order) as _order from landed_call group by _key)
    select c._key as call_key, c._version as version, c._order as source_order, c._row_hash as source_row_hash, c._is_deleted, origin.site_key as origin_site_key,
        origin.connection_key as source_connection_key, call_id as source_entity_id, direction, from_number as from_e164, to_number as to_did,
        started_at as start_ts, answered_at as answer_ts, ended_at as end_ts, status, entry_point, extension, ref(_connection, employee_id) as first_answer_employee_key,
        coalesce(is_spam, false) as is_spam, recording_id, coalesce(case when direction = 'in' then p.site_key end, origin.site_key) as site_key,
        case when direction = 'in' then p.number end as phone_number,
        make_timestamp(epoch_us(started_at) + z.shift * 1000000)::date as start_business_date,
        cast(hour(make_timestamp(epoch_us(started_at) + z.shift * 1000000)) as integer) as start_local_hour,
        cast((epoch_us(coalesce(answered_at, ended_at)) - epoch_us(started_at)) // 1000000 as integer) as ring_s,
        case when status = 'answered' and answered_at is not null then cast((epoch_us(ended_at) - epoch_us(answered_at)) // 1000000 as integer) else 0 end as talk_s
    from landed_call as c join newest as n on c._key = n._key and c._order = n._order join site as origin on c.site = origin.site
    left join dim_phone_number as p on c.to_number = p.number
    left join z on coalesce(case when direction = 'in' then p.site_key end, origin.site_key) = z.site_key and epoch_us(started_at) // 1800000000 = z.slot;

-- the days of every shop
create table dim_site_day as
    with first as (
        select site_key, min(business_date) as first_date from (
            select site_key, min(least(open_business_date, close_business_date)) as business_date from fct_repair_order group by 1
            union all select site_key, min(business_date) from fct_tender group by 1
            union all select origin_site_key, min(start_ts::date) from fct_call group by 1) group by 1
    )
    select site_key, unnest(range(first_date, timezone(zone, $horizon::timestamptz)::date + 1, interval 1 day))::date as business_date
    from first join site using (site_key);
create table period as
    select 'day' as period_grain, business_date as period_start, business_date as period_end, business_date from (select distinct business_date from dim_site_day)
    union all
    select 'month', date_trunc('month', business_date)::date, last_day(business_date), business_date from (select distinct business_date from dim_site_day);

-- sales
create table sales_summary_wide as
    with orders as (
        select o.*, coalesce(c.is_tax_exempt, false) or o.is_tax_exempt as is_exempt
        from fct_repair_order as o left join dim_customer as c using (customer_key) where is_sale
    ),
    sales as (
        select site_key, close_business_date as business_date, count(*) as ro_count, sum(parts_sales) as parts_sales, sum(labor_sales) as labor_sales,
            sum(sublet_sales + other_charges) as sublet_sales, sum(if(is_exempt, 0, parts_taxable)) as parts_taxable, sum(if(is_exempt, 0, labor_taxable)) as labor_taxable,
            sum(if(is_exempt, 0, sublet_taxable + other_taxable)) as sublet_taxable, sum(parts_cost) as parts_cost, sum(labor_cost) as labor_cost,
            sum(sublet_cost + other_cost) as sublet_cost, sum(ro_discounts - line_discounts) as discounts, sum(coupons) as coupons,
            sum(package_discounts) as package_discounts, sum(package_adds) as package_adds, sum(supplies_taxable) as supplies_taxable,
            sum(supplies_nontax) as supplies_nontax, sum(sales_tax) as sales_tax, sum(fees_nontax) as fees_nontax, sum(card_upcharge) as card_upcharge,
            sum(grand_total) as grand_total, sum(parts_sales_gross - cogs_excluded_gross) as cogs_parts_gross, sum(parts_cost - cogs_excluded_cost) as cogs_parts_cost,
            sum(labor_sales_gross) as labor_sales_gross, sum(sublet_sales_gross + other_charges_gross) as sublet_sales_gross, sum(discount_total) as discount_total,
            sum(labor_lines) as labor_lines, sum(labor_lines_with_cost) as labor_lines_with_cost,
            count(*) filter (labor_sales <> 0 and labor_cost is null) as labor_cost_missing_ros, count(*) filter (is_refund) as refund_ro_count
        from orders group by all
    ),
    receipts as (
        select site_key, business_date, sum(amount) filter (kind = 'advance') as advance_pay, sum(amount) filter (kind = 'ar_payment') as ar_pay,
            sum(amount) filter (method not in ('cash', 'check', 'ar', 'store_credit')) as cards, sum(amount) filter (method = 'cash') as cash,
            sum(amount) filter (method = 'check') as check_amt
        from fct_tender where kind in ('final', 'advance', 'ar_payment') and not is_void and not _is_deleted group by all
    ),
    settled as (
        select o.site_key, o.close_business_date as business_date, sum(amount) filter (kind = 'ar_charge') as charged,
            sum(amount) filter (kind = 'ar_charge' and kind_origin = 'derived') as charged_derived,
            sum(amount) filter (kind = 'final') as store_credit_used, sum(amount) filter (kind = 'advance') as previous_advance_pay
        from orders as o join (select case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end as settled_key, * from fct_tender
            where not is_void and not _is_deleted and (kind in ('ar_charge', 'advance') or kind = 'final' and method = 'store_credit')) as t on o.ro_key = t.settled_key
        group by all
    )
    select site_key, business_date, cast(coalesce(ro_count, 0) as integer) as ro_count, m(coalesce(parts_sales - parts_taxable, 0)) as parts_non_tax,
        m(coalesce(parts_taxable, 0)) as parts_taxable, m(coalesce(labor_sales - labor_taxable, 0)) as labor_non_tax, m(coalesce(labor_taxable, 0)) as labor_taxable,
        m(coalesce(sublet_sales - sublet_taxable, 0)) as sublet_non_tax, m(coalesce(sublet_taxable, 0)) as sublet_taxable,
        m(coalesce(parts_sales + labor_sales + sublet_sales, 0)) as total_sales, m(coalesce(parts_cost, 0)) as parts_cost, m(coalesce(labor_cost, 0)) as labor_cost,
        m(coalesce(sublet_cost, 0)) as sublet_cost, m(coalesce(discounts, 0)) as discounts, m(coalesce(coupons, 0)) as coupons,
        m(coalesce(package_discounts, 0)) as package_discounts, m(coalesce(package_adds, 0)) as package_adds, m(coalesce(supplies_taxable, 0)) as supplies_taxable,
        m(coalesce(supplies_nontax, 0)) as supplies_nontax, m(coalesce(sales_tax, 0)) as sales_tax, m(coalesce(fees_nontax, 0)) as fees_nontax,
        m(coalesce(card_upcharge, 0)) as card_upcharge, m(coalesce(s.supplies_taxable + s.supplies_nontax + s.sales_tax + s.fees_nontax + s.card_upcharge, 0)) as total_other_sales,
        m(coalesce(advance_pay, 0)) as advance_pay, m(coalesce(ar_pay, 0)) as ar_pay,
        m(coalesce(s.grand_total, 0) + coalesce(r.advance_pay, 0) + coalesce(r.ar_pay, 0)) as total_sales_and_other, m(coalesce(cards, 0)) as cards,
        m(coalesce(cash, 0)) as cash, m(coalesce(check_amt, 0)) as check_amt, m(coalesce(r.cash, 0) + coalesce(r.check_amt, 0)) as deposit,
        m(coalesce(r.cards, 0) + coalesce(r.cash, 0) + coalesce(r.check_amt, 0)) as total_pay, m(coalesce(charged, 0)) as charged,
        m(coalesce(store_credit_used, 0)) as store_credit_used, m(coalesce(previous_advance_pay, 0)) as previous_advance_pay,
        m(coalesce(r.cards, 0) + coalesce(r.cash, 0) + coalesce(r.check_amt, 0) + coalesce(t.charged, 0) + coalesce(t.store_credit_used, 0)
            + coalesce(t.previous_advance_pay, 0)) as payments_total, m(coalesce(s.grand_total - s.fees_nontax - s.sales_tax, 0)) as ro_total_sales,
        m(coalesce(s.grand_total, 0)) as total_sales_w_tax, m(coalesce(cogs_parts_gross, 0)) as cogs_parts_gross, m(coalesce(cogs_parts_cost, 0)) as cogs_parts_cost,
        m(coalesce(labor_sales_gross, 0)) as labor_sales_gross, m(coalesce(sublet_sales_gross, 0)) as sublet_sales_gross, m(coalesce(discount_total, 0)) as discount_total,
        m(coalesce(charged_derived, 0)) as charged_derived, cast(coalesce(labor_lines, 0) as integer) as labor_lines,
        cast(coalesce(labor_lines_with_cost, 0) as integer) as labor_lines_with_cost, cast(coalesce(labor_cost_missing_ros, 0) as integer) as labor_cost_missing_ros,
        cast(coalesce(refund_ro_count, 0) as integer) as refund_ro_count
    from dim_site_day left join sales as s using (site_key, business_date) left join receipts as r using (site_key, business_date)
    left join settled as t using (site_key, business_date);

$sales_summary

-- finance
create table tie_component as
    with orders as (select ro_key, site_key, close_business_date, grand_total, source_entity_id from fct_repair_order where is_sale),
    settled as (
        select case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end as ro_key, sum(amount) as settled
        from fct_tender where not is_void and not _is_deleted and kind in ('final', 'ar_charge', 'advance') group by 1
    ),
    finals as (
        select t.tender_key, t.ro_key, t.site_key, t.business_date, t.amount, o.site_key as home_key, o.close_business_date, o.ro_key as order_key
        from fct_tender as t left join orders as o on t.ro_key = o.ro_key
        where not is_void and not _is_deleted and kind = 'final' and method <> 'store_credit'
            and not coalesce(o.site_key = t.site_key and o.close_business_date = t.business_date, false)
    ),
    parts as (
        select site_key, close_business_date as business_date, 'gap' as component, null::uuid as tender_key, o.ro_key, coalesce(settled, 0) - grand_total as delta
        from orders as o left join settled as s on o.ro_key = s.ro_key
        union all
        select site_key, business_date, 'paid_in', tender_key, ro_key, amount from finals
        union all
        select home_key, close_business_date, 'paid_out', tender_key, ro_key, -amount from finals where order_key is not null
    )
    select * replace (m(delta) as delta) from parts where delta <> 0;
create table recon_break as
    select c.site_key, c.business_date, c.ro_key, c.tender_key,
        case when component = 'gap' then 'R13' when t.business_date > o.close_business_date then 'R11' when t.business_date < o.close_business_date then 'R12'
            else 'UNEXPLAINED' end as cause_code, c.delta, abs(c.delta) as amount_at_risk,
        json_object('ro_number', o.ro_number, 'grand_total', o.grand_total, 'tender_id', t.source_entity_id, 'paid_on', t.business_date)::varchar as evidence
    from tie_component as c left join fct_repair_order as o on c.ro_key = o.ro_key left join fct_tender as t on c.tender_key = t.tender_key;
create table recon_sales_payments as
    with parts as (
        select site_key, business_date, coalesce(sum(delta) filter (component = 'gap'), 0) as sum_tender_gap, coalesce(sum(delta) filter (component = 'paid_in'), 0) as t_in,
            coalesce(-sum(delta) filter (component = 'paid_out'), 0) as t_out from tie_component group by all
    ),
    breaks as (
        select site_key, business_date, coalesce(sum(delta) filter (cause_code <> 'UNEXPLAINED'), 0) as explained, count(*) as n,
            count(*) filter (cause_code = 'UNEXPLAINED') as bad from recon_break group by all
    )
    select d.site_key, d.business_date, total_sales, supplies_taxable, supplies_nontax, sales_tax, fees_nontax, card_upcharge, total_other_sales, advance_pay, ar_pay,
        total_sales_and_other, cards, cash, check_amt, deposit, m(advance_pay + ar_pay) as other_pay, total_pay, charged, store_credit_used, previous_advance_pay,
        payments_total, m(payments_total - total_sales_and_other) as delta, m(coalesce(sum_tender_gap, 0)) as sum_tender_gap, m(coalesce(t_in, 0)) as t_in,
        m(coalesce(t_out, 0)) as t_out,
        m(cash + check_amt + cards + charged + store_credit_used - (total_sales_w_tax + ar_pay + advance_pay - previous_advance_pay)) as i2_diff,
        m(total_pay - (total_sales_w_tax - (charged - ar_pay) + (advance_pay - previous_advance_pay) - store_credit_used)) as i3_diff,
        div6(charged_derived, total_sales_w_tax) as derived_charge_share, m(coalesce(explained, 0)) as explained,
        m(payments_total - total_sales_and_other - coalesce(explained, 0)) as unexplained,
        case when coalesce(n, 0) = 0 and payments_total = total_sales_and_other then 'tied'
            when coalesce(bad, 0) = 0 and payments_total - total_sales_and_other = coalesce(explained, 0) then 'explained' else 'unexplained' end as status
    from sales_summary_wide as d left join parts using (site_key, business_date) left join breaks using (site_key, business_date);

-- calls
create table call_summary as
    with days as (
        select coalesce(site_key, -2) as site_key, period_grain, period_start, period_end from dim_site_day join period using (business_date)
        group by grouping sets ((site_key, period_grain, period_start, period_end), (period_grain, period_start, period_end))
    ),
    calls as (
        select c.*, p.period_grain, p.period_start from fct_call as c join period as p on c.start_business_date = p.business_date
        where direction in ('in', 'out') and not _is_deleted
    ),
    sums as (
        select coalesce(site_key, -2) as site_key, period_grain, period_start, count(*) as calls, count(*) filter (direction = 'in') as inbound_calls,
            count(distinct if(direction = 'in', from_e164, null)) as unique_inbound, sum(talk_s) filter (direction = 'in') as inbound_s,
            count(*) filter (direction = 'out') as outbound_calls, sum(talk_s) filter (direction = 'out') as outbound_s, sum(talk_s) as talk_s,
            count(*) filter (status = 'answered') as answered, count(*) filter (status = 'missed') as missed, count(*) filter (status = 'voicemail') as voicemail,
            count(*) filter (direction = 'in' and from_e164 is null) as anonymous_calls, count(*) filter (direction = 'in' and status = 'answered') as inbound_answered,
            sum(ring_s) filter (direction = 'in' and status = 'answered') as answered_ring_s
        from calls group by grouping sets ((site_key, period_grain, period_start), (period_grain, period_start))
    ),
    hours as (
        select coalesce(site_key, -2) as site_key, period_grain, period_start, start_local_hour, count(*) as n from calls where direction = 'in'
        group by grouping sets ((site_key, period_grain, period_start, start_local_hour), (period_grain, period_start, start_local_hour))
    ),
    peaks as (select * from hours qualify row_number() over (partition by site_key, period_grain, period_start order by n desc, start_local_hour) = 1)
    select d.*, cast(coalesce(calls, 0) as integer) as calls, cast(coalesce(inbound_calls, 0) as integer) as inbound_calls,
        cast(coalesce(unique_inbound, 0) as integer) as unique_inbound, cast(coalesce(outbound_calls, 0) as integer) as outbound_calls,
        div2(coalesce(inbound_s, 0)::decimal(18, 0), 60::decimal(18, 0))::decimal(12, 2) as inbound_minutes,
        div2(coalesce(outbound_s, 0)::decimal(18, 0), 60::decimal(18, 0))::decimal(12, 2) as outbound_minutes,
        div2(talk_s::decimal(18, 0), calls::decimal(18, 0))::decimal(12, 2) as avg_duration_s,
        div2(talk_s::decimal(18, 0), answered::decimal(18, 0))::decimal(12, 2) as avg_duration_answered_s,
        cast(coalesce(answered, 0) as integer) as answered, cast(coalesce(missed, 0) as integer) as missed, cast(coalesce(voicemail, 0) as integer) as voicemail,
        cast(coalesce(anonymous_calls, 0) as integer) as anonymous_calls, start_local_hour as peak_hour, cast(coalesce(n, 0) as integer) as peak_hour_calls,
        div6(inbound_answered::decimal(14, 0), inbound_calls::decimal(14, 0)) as answer_rate,
        div2(answered_ring_s::decimal(18, 0), inbound_answered::decimal(18, 0))::decimal(12, 2) as avg_ring_s
    from days as d left join sums as s using (site_key, period_grain, period_start) left join peaks using (site_key, period_grain, period_start);
create table call_summary_by_number as
    select coalesce(c.site_key, -2) as site_key, period_grain, period_start, period_end, if(grouping(number) = 1, 'total', 'detail') as row_type,
        coalesce(number, 'All numbers') as number, max(description) filter (number is not null) as description, cast(count(*) as integer) as calls,
        cast(count(distinct from_e164) as integer) as unique_callers
    from (
        select c.site_key, period_grain, period_start, period_end, coalesce(p.number, '(unregistered number)') as number, p.description, from_e164
        from fct_call as c join period on start_business_date = business_date left join dim_phone_number as p on c.phone_number = p.number
        where direction = 'in' and not _is_deleted) as c
    group by grouping sets ((site_key, period_grain, period_start, period_end, number), (period_grain, period_start, period_end));

-- repair orders
create table ro_detail as
    with techs as (
        select t.ro_key, t.tech_key, sum(hours_billed_alloc) as hours, any_value(coalesce(e.name, '(unknown technician)')) as name, any_value(e.source_entity_id) as id
        from fct_ro_line_tech as t left join dim_employee as e on t.tech_key = e.employee_key where tech_key <> -1 group by all
    ),
    lists as (
        select ro_key, string_agg(name, '; ' order by hours desc, id, tech_key) as tech, arg_min(tech_key, (-hours, id, tech_key)) as primary_tech_key
        from techs group by all
    ),
    paid as (
        select case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end as ro_key, sum(amount) as paid
        from fct_tender where kind in ('final', 'advance', 'ar_payment') and not is_void and not _is_deleted group by 1
    ),
    measured as (
        select *, supplies_taxable + supplies_nontax as supplies, total_ex_tax - parts_cost - coalesce(labor_cost, 0) - sublet_cost as canonical_gp,
            total_ex_tax - parts_cost - coalesce(labor_cost, 0) - sublet_cost - supplies_taxable - supplies_nontax as gp_of
        from fct_repair_order where is_sale
    )
    select o.ro_key, o.site_key, o.close_business_date as ro_date, o.ro_number, coalesce(c.first_name, c.company_name) as customer_first_name, tech,
        primary_tech_key, a.name as advisor, o.advisor_key, o.dvi_status, 'F2' as formula_family,
        m(o.sublet_sales + supplies + fees_nontax + card_upcharge + other_charges + sales_tax) as non_labor, labor_sales as labor, parts_sales as parts,
        sublet_cost as sub_cost, hours_billed as hours, div2(total_ex_tax, hours_billed)::decimal(14, 2) as gs_per_hr, div2(gp_of, hours_billed)::decimal(14, 2) as gp_per_hr,
        div2(labor_sales, hours_billed)::decimal(14, 2) as elr, total_ex_tax as ro_total, div6(gp_of, total_ex_tax) as gp_pct, m(gp_of) as gp,
        m(total_ex_tax) as gross_sales, grand_total, sales_tax, m(canonical_gp) as gross_profit, discount_total as discount, m(coalesce(paid, 0)) as paid,
        m(grand_total - coalesce(paid, 0)) as balance, is_refund, reopen_count, m(header_total - grand_total) as line_header_diff
    from measured as o left join dim_customer as c on o.customer_key = c.customer_key left join dim_employee as a on o.advisor_key = a.employee_key
    left join lists as l on o.ro_key = l.ro_key left join paid as p on o.ro_key = p.ro_key;
