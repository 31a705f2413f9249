-- What scripting programs have beyond `core.lua`: query, pquery, import, output, exit and exa.meta.
-- https://docs.exasol.com/db/latest/database_concepts/scripting/db_interaction.htm

local host, core, job = ...
local raw = core.raw
local PAGE = 1000
local EXIT = {}
local handles = raw.setmetatable({}, {__mode = "k"})
local program = {}

local function read_only()
    raw.error("the result of a query is read-only", 2)
end

local function column_positions(columns)
    local positions = {}
    for position = #columns, 1, -1 do
        positions[columns[position]] = position
    end
    return positions
end

local function each_pair(object)
    local position = 0
    return function()
        position = position + 1
        local value = object[position]
        if value ~= nil then
            return position, value
        end
    end
end

-- Rows stay in the database until they are read, a page at a time.
local function result_set(handle, count, columns, text)
    local positions, pages = column_positions(columns), {}
    local values = raw.setmetatable({}, {__mode = "k"})
    local row_type = {
        __metatable = false, __newindex = read_only, __pairs = each_pair,
        __len = function() return #columns end,
        __index = function(row, key)
            local found = values[row]
            if raw.type(key) == "number" then
                return found[key]
            end
            return positions[key] and found[positions[key]]
        end,
    }
    local function page_of(number)
        local page = {}
        for position, found in ipairs(host.page(handle, number * PAGE, PAGE)) do
            local row = raw.setmetatable({}, row_type)
            values[row] = found
            page[position] = row
        end
        return page
    end
    local result = raw.setmetatable({}, {
        __metatable = false, __newindex = read_only, __pairs = each_pair,
        __len = function() return count end,
        __gc = function() host.release(handle) end,
        __index = function(_, key)
            if key == "statement_text" then
                return text
            end
            local position = raw.mathtype(key) and math.tointeger(key)
            if not position or position < 1 or position > count then
                return nil
            end
            local number = (position - 1) // PAGE
            pages[number] = pages[number] or page_of(number)
            return pages[number][position - number * PAGE]
        end,
    })
    handles[result] = handle
    return result
end

local error_type = {
    __tostring = function(problem) return problem.message end,
    __concat = function(left, right) return raw.tostring(left) .. raw.tostring(right) end,
}

local function parameters(given)
    local names, kinds, texts = {}, {}, {}
    for name, value in pairs(given or {}) do
        local position = #names + 1
        local kind, text = core.kind(value)
        names[position], kinds[position] = raw.tostring(name), kind
        texts[position] = text or (kind == "number" or kind == "string" or kind == "boolean") and value or ""
    end
    return names, kinds, texts
end

local function run(name, text, given)
    if raw.type(text) ~= "string" then
        raw.error("bad argument #1 to '" .. name .. "' (string expected, got " .. core.type(text) .. ")", 3)
    end
    if given ~= nil and core.type(given) ~= "table" then
        raw.error("bad argument #2 to '" .. name .. "' (table expected, got " .. core.type(given) .. ")", 3)
    end
    local kind, first, second, third, fourth = host.query(text, parameters(given))
    if kind == "error" then
        return false, {
            error_code = first, error_message = second, statement_text = third, code = first, message = second,
        }
    elseif kind == "rows" then
        return true, result_set(first, second, third, fourth)
    end
    return true, {
        rows_affected = first.affected, rows_inserted = first.inserted, rows_updated = first.updated,
        rows_deleted = first.deleted, statement_text = second,
    }
end

function pquery(text, given)
    return run("pquery", text, given)
end

function query(text, given)
    local ok, result = run("query", text, given)
    if not ok then
        raw.error(raw.setmetatable(result, error_type), 0)
    end
    return result
end

function output(...)
    host.output(raw.tostring((...)))
end

local function leave(...)
    program.returned = table.pack(...)
    raw.error(EXIT, 0)
end
exit = leave

-- `exit` ends the script from within a protected call, too.
local function passing_exit(ok, problem, ...)
    if not ok and raw.rawequal(problem, EXIT) then
        raw.error(EXIT, 0)
    end
    return ok, problem, ...
end
local resume = coroutine.resume

function pcall(...) return passing_exit(raw.pcall(...)) end
function xpcall(...) return passing_exit(raw.xpcall(...)) end
function coroutine.resume(...) return passing_exit(resume(...)) end

function import(name, alias)
    local ok, text, chunk, default = host.import(raw.tostring(name))
    if not ok then
        raw.error(text, 2)
    end
    local environment = raw.setmetatable({}, {__index = _G})
    core.compile(text, chunk, environment)()
    _G[alias or default] = environment
end

local function handler(problem)
    if raw.rawequal(problem, EXIT) then
        return EXIT
    end
    local chunk, line = core.position(3)
    local code, text, told_chunk, told_line = core.described(problem)
    return {code = code, text = text, chunk = told_chunk or chunk, line = told_line or line}
end

exa = {meta = job.meta}
for position, name in ipairs(job.names) do
    _G[name] = job.arguments[position]
end

local ok, problem = raw.xpcall(function()
    program.returned = table.pack(core.compile(job.text, job.chunk, _G)())
end, handler)
if not ok and not raw.rawequal(problem, EXIT) then
    -- Lua itself reports the lack of memory, and errors in the handler, as a text.
    return false, raw.type(problem) == "table" and problem or {text = raw.tostring(problem)}
end

local returned, types = program.returned[1], program.returned[2]
if handles[returned] then
    return true, "result", handles[returned]
elseif core.type(returned) ~= "table" then
    return true, "nothing"
elseif raw.type(types) == "string" then
    return true, "rows", returned, types
end
return true, "counted", returned.rows_affected
