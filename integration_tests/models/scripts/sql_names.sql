{{ config(materialized='exasol_script', language='lua', kind='library') }}
function quoted(name)
    return '"' .. string.gsub(name, '"', '""') .. '"'
end
