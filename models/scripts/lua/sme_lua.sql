-- What the Lua scripts SME_... have in common.

-- The text of an error: of one that this package raised in a UDF, without what stands around it there.
function readable(text)
    local own = text:match('exasol_sagemaker%.errors%.%u%w*: (.*)$')
    return own and own:gsub('%s*%(Session: %d+%)%s*$', '') or text
end

-- The result of a statement. Names and values go in as parameters, never as a part of its text.
function run(what, statement, parameters)
    local ok, result = pquery(statement, parameters)
    if not ok then
        local message = readable(result.error_message)
        error(message == result.error_message and what .. ': ' .. message or message, 0)
    end
    return result
end

-- The package's form of an error: what failed, where, and what to do.
function fail(what, where, hint)
    error(what .. '\n  where: ' .. where .. '\n  what to do: ' .. hint, 0)
end

-- A value of a query or an argument as text; nil for NULL.
function text_of(value)
    if value == nil or value == NULL then
        return nil
    end
    return tostring(value)
end

-- A schema as the database has it: of exactly that name, else in upper case.
function schema_named(name, where)
    local asked = text_of(name) or ''
    local found = run('Schemas could not be looked up', [[
        SELECT SCHEMA_NAME FROM SYS.EXA_SCHEMAS WHERE SCHEMA_NAME IN (:name, UPPER(:name))
        ORDER BY CASE WHEN SCHEMA_NAME = :name THEN 0 ELSE 1 END
    ]], {name = asked})
    if #found == 0 then
        fail('There is no schema ' .. asked .. ' that this user can see', where,
            'Check its name, or create it: CREATE SCHEMA.')
    end
    return found[1][1]
end
