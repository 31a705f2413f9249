{{ config(
    materialized='exasol_script',
    language='lua',
    parameters=['schema_name'],
    returns='table'
) }}
import('{{ ref("sql_names") }}', 'names')

local tables = query(
    [[select table_name from exa_all_tables where table_schema = upper(:schema) order by table_name]],
    {schema = schema_name}
)
local counts = {}
for _, row in ipairs(tables) do
    local name = names.quoted(string.upper(schema_name)) .. '.' .. names.quoted(row.TABLE_NAME)
    local count = query('select count(*) as n from ' .. name)
    table.insert(counts, {row.TABLE_NAME, count[1].N})
end
exit(counts, 'table_name varchar(128), row_count decimal(18,0)')
