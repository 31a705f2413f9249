-- A UDF in Lua: exa, ctx, and the calls of run and cleanup.
-- https://docs.exasol.com/db/latest/database_concepts/udf_scripts/lua.htm

local host, core, job = ...
local raw = core.raw
local udf = {}

local function told(ok, ...)
    if not ok then
        raw.error((...), 0)
    end
    return ...
end

-- Values of DECIMAL columns are decimals; others are as Lua has them.
local function from_column(column, value)
    if value == nil then
        return core.NULL
    elseif column.decimal then
        return core.new_decimal(raw.tostring(value), column.precision, column.scale)
    end
    return value
end

local function to_column(value)
    local kind, text = core.kind(value)
    if kind == "null" then
        return nil
    elseif kind == "decimal" then
        return host.decimal(text)
    elseif kind == "nil" or kind == "boolean" or kind == "number" or kind == "string" then
        return value
    end
    raw.error("a " .. kind .. " is no SQL value", 0)
end

local function emit(...)
    local values = {}
    local count = raw.select("#", ...)
    for position = 1, count do
        values[position] = to_column((raw.select(position, ...)))
    end
    told(host.emit(table.unpack(values, 1, count)))
end

local function refused(name)
    return function()
        raw.error(name .. "() is not allowed in this kind of script", 2)
    end
end

local positions = {}
for position = #job.columns, 1, -1 do
    positions[position], positions[job.columns[position].name] = position, position
end

local own = {
    size = host.size,
    emit = job.emits and emit or refused("emit"),
    next = job.is_set and host.next or refused("next"),
    reset = job.is_set and host.reset or refused("reset"),
}
local ctx = raw.setmetatable({}, {
    __metatable = false, __name = "userdata",
    __newindex = function() raw.error("the context is read-only", 2) end,
    __index = function(_, key)
        local position = positions[key]
        if position then
            local ok, value = host.value(position - 1)
            if not ok then
                raw.error(value, 2)
            end
            return from_column(job.columns[position], value)
        elseif own[key] then
            return own[key]
        end
        raw.error("the context has no column " .. raw.tostring(key), 2)
    end,
})

local function handler(problem)
    local chunk, line = core.position(3)
    local _, text, told_chunk, told_line = core.described(problem)
    return {text = text, chunk = told_chunk or chunk, line = told_line or line}
end

local function protected(work, ...)
    local ok, result = raw.xpcall(work, handler, ...)
    if ok then
        return true, result
    end
    return false, raw.type(result) == "table" and result or {text = raw.tostring(result)}
end

exa = {meta = job.meta}

function exa.get_connection(name)
    local ok, found = host.connection(raw.tostring(name))
    if not ok then
        raw.error(found, 2)
    end
    return found
end

local imported = {}

function exa.import_script(name)
    if not imported[name] then
        local ok, text, chunk = host.import(raw.tostring(name))
        if not ok then
            raw.error(text, 2)
        end
        local environment = raw.setmetatable({}, {__index = _G})
        core.compile(text, chunk, environment)()
        imported[name] = environment
    end
    return imported[name]
end

function udf.load()
    return protected(function() core.compile(job.text, job.chunk, _G)() end)
end

function udf.run()
    return protected(function()
        if raw.type(run) ~= "function" then
            raw.error("function run is not defined", 0)
        end
        local result = run(ctx)
        if not job.emits then
            told(host.emit(to_column(result)))
        end
    end)
end

-- A function of the script that is called once, if it has it.
function udf.call(name)
    if _G[name] == nil then
        return true, nil
    end
    return protected(_G[name])
end

return udf
