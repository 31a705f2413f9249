-- What all Lua scripts have: Lua 5.4 without files, processes and foreign code, NULL, decimal, cjson and unicode.
-- https://docs.exasol.com/db/latest/database_concepts/scripting/general_script_language.htm

local host = ...
local raw = {
    error = error, getmetatable = getmetatable, load = load, pcall = pcall, require = require, select = select,
    setmetatable = setmetatable, tonumber = tonumber, tostring = tostring, type = type, xpcall = xpcall,
    mathtype = math.type, getinfo = debug.getinfo, rawequal = rawequal,
}
-- `chunks` has the scripts that were loaded: the names of their chunks.
local core = {raw = raw, chunks = {}}

local function checked(ok, ...)
    if not ok then
        raw.error((...), 0)
    end
    return ...
end

local function refuse_index()
    raw.error("attempt to index a userdata value (NULL)", 2)
end

core.NULL = raw.setmetatable({}, {
    __name = "userdata", __metatable = false, __index = refuse_index, __newindex = refuse_index,
    __tostring = function() return "NULL" end,
})

local Decimal = {}
local decimal_type = {__name = "userdata", __metatable = false, __index = Decimal}
local state = raw.setmetatable({}, {__mode = "k"})

local function new_decimal(text, precision, scale)
    local value = raw.setmetatable({}, decimal_type)
    state[value] = {text, precision, scale}
    return value
end
core.new_decimal = new_decimal

local function parts(value)
    local found = state[value]
    if found then
        return found[1], found[2], found[3]
    end
    if raw.mathtype(value) == "integer" then
        local text = raw.tostring(value)
        return text, #text - (value < 0 and 1 or 0), 0
    end
end

local function as_number(value)
    local found = state[value]
    return raw.tonumber(found and found[1] or value)
end

local function arithmetic(operator, in_numbers)
    return function(left, right)
        local a, precision_a, scale_a = parts(left)
        local b, precision_b, scale_b = parts(right)
        if a and b then
            local ok, text, precision, scale = host.calculate(
                operator, a, precision_a, scale_a, b, precision_b, scale_b)
            if not ok then
                raw.error(text, 2)
            end
            return precision and new_decimal(text, precision, scale) or raw.tonumber(text)
        end
        local x, y = as_number(left), as_number(right)
        if not x or not y then
            raw.error("attempt to perform arithmetic on a " .. core.type(x and right or left) .. " value", 2)
        end
        return in_numbers(x, y)
    end
end

local function compare(left, right)
    local a, b = parts(left), parts(right)
    if a and b then
        return host.compare(a, b)
    end
    local x, y = as_number(left), as_number(right)
    if not x or not y then
        raw.error("attempt to compare " .. core.type(left) .. " with " .. core.type(right), 3)
    end
    return x < y and -1 or (x > y and 1 or 0)
end

decimal_type.__add = arithmetic("+", function(x, y) return x + y end)
decimal_type.__sub = arithmetic("-", function(x, y) return x - y end)
decimal_type.__mul = arithmetic("*", function(x, y) return x * y end)
decimal_type.__mod = arithmetic("%", math.fmod)
decimal_type.__div = function(left, right)
    local x, y = as_number(left), as_number(right)
    if not x or not y then
        raw.error("attempt to perform arithmetic on a " .. core.type(x and right or left) .. " value", 2)
    end
    return x / y
end
decimal_type.__eq = function(left, right)
    return state[left] ~= nil and state[right] ~= nil and compare(left, right) == 0
end
decimal_type.__lt = function(left, right) return compare(left, right) < 0 end
decimal_type.__le = function(left, right) return compare(left, right) <= 0 end
decimal_type.__tostring = function(value) return state[value][1] end

Decimal.add, Decimal.sub = decimal_type.__add, decimal_type.__sub
Decimal.mul, Decimal.mod = decimal_type.__mul, decimal_type.__mod
function Decimal:scale() return state[self][3] end
function Decimal:prec() return state[self][2] end
function Decimal:tonumber() return raw.tonumber(state[self][1]) end
function Decimal:tostring() return state[self][1] end

function core.decimal(value, precision, scale)
    local text = state[value] and state[value][1] or value
    if raw.type(text) ~= "string" and raw.type(text) ~= "number" then
        raw.error("bad argument #1 to 'decimal' (number expected, got " .. core.type(value) .. ")", 2)
    end
    local ok, result = host.decimal(raw.tostring(text), precision or 18, scale or 0)
    if not ok then
        raw.error(result, 2)
    end
    return new_decimal(result, precision or 18, scale or 0)
end

-- What a value is to the database: its kind, and for a decimal its text, precision and scale.
function core.kind(value)
    if raw.rawequal(value, core.NULL) then
        return "null"
    end
    local found = state[value]
    if found then
        return "decimal", found[1], found[2], found[3]
    end
    return raw.type(value)
end

function core.type(...)
    if raw.select("#", ...) == 0 then
        raw.error("bad argument #1 to 'type' (value expected)", 2)
    end
    local value = ...
    return (raw.rawequal(value, core.NULL) or state[value]) and "userdata" or raw.type(value)
end

local function library(functions)
    local result = {}
    for _, name in ipairs(functions) do
        local call = host[name]
        result[name:match("[^.]+$")] = function(...)
            return checked(call(...))
        end
    end
    return result
end

core.cjson = library({"cjson.encode", "cjson.decode"})
core.cjson.null = core.NULL
core.cjson.new = function() return core.cjson end
core.unicode = {utf8 = library({
    "utf8.byte", "utf8.char", "utf8.len", "utf8.lower", "utf8.reverse", "utf8.sub", "utf8.upper",
})}
raw.setmetatable(core.unicode.utf8, {__index = function(_, name)
    raw.error("the sandbox does not support unicode.utf8." .. raw.tostring(name), 2)
end})

for _, name in ipairs({"debug", "dofile", "io", "loadfile", "os", "print", "python", "warn"}) do
    _G[name] = nil
    package.loaded[name] = nil
end
string.dump = nil
package.loadlib, package.searchpath, package.cpath, package.path = nil, nil, "", ""
for position = #package.searchers, 2, -1 do
    package.searchers[position] = nil
end
package.preload.cjson = function() return core.cjson end
package.preload.unicode = function() return core.unicode end
for _, name in ipairs({"lxp", "mime", "socket", "socket.http", "ssl", "lfs"}) do
    package.preload[name] = function() raw.error("the sandbox does not support the Lua library " .. name, 0) end
end

function load(chunk, name, _, ...)
    return raw.load(chunk, name, "t", ...)
end

type = core.type
null, NULL, decimal = core.NULL, core.NULL, core.decimal
cjson, unicode = core.cjson, core.unicode

function quote(value)
    return '"' .. raw.tostring(value):gsub('"', '""') .. '"'
end

function join(delimiter, ...)
    local texts = {}
    for position = 1, raw.select("#", ...) do
        texts[position] = raw.tostring((raw.select(position, ...)))
    end
    return table.concat(texts, raw.tostring(delimiter))
end

sqlparsing = raw.setmetatable({}, {__index = function(_, name)
    raw.error("the sandbox does not support sqlparsing." .. raw.tostring(name), 2)
end})

-- A script's text as a function; errors in it begin with the chunk's name and a line.
function core.compile(text, chunk, environment)
    core.chunks[chunk] = true
    local compiled, problem = raw.load(text, "=" .. chunk, "t", environment)
    if not compiled then
        raw.error(problem, 0)
    end
    return compiled
end

-- The innermost line of a script on the stack: its chunk, and the line.
function core.position(level)
    while true do
        local frame = raw.getinfo(level, "Sl")
        if not frame then
            return nil
        end
        if core.chunks[frame.source:sub(2)] and frame.currentline > 0 then
            return frame.source:sub(2), frame.currentline
        end
        level = level + 1
    end
end

-- What an error says: its code, its text without the position that Lua writes in front, and that position.
function core.described(problem)
    local code, text = nil, problem
    if raw.type(problem) == "table" and core.type(problem) == "table" then
        code = problem.code and raw.tostring(problem.code)
        text = problem.message == nil and problem or problem.message
    end
    text = raw.tostring(text):gsub("^sandbox/%w+%.lua:%d+: ", "")
    local chunk, line, rest = text:match("^([^:]+):(%d+): (.*)$")
    if rest and core.chunks[chunk] then
        return code, rest, chunk, raw.tonumber(line)
    end
    return code, text
end

return core
