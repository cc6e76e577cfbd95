"""Kind `protractor`: one shop management system, two ways in. `source` picks one; `services` speaks JSON, `crm` XML;
`rows` makes the same tables of both."""
