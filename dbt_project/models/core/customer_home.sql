{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{{ tieout.homes(ref('visited_sale')) }}
