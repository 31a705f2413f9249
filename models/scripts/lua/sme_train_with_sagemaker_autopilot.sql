import('{{ ref("sme_lua") }}', 'sme')
local cjson = require('cjson')
local SCRIPT = 'SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT'
local METADATA = {
    'JOB_NAME', 'AWS_CREDENTIALS_CONNECTION_NAME', 'IAM_SAGEMAKER_ROLE', 'S3_BUCKET_URI', 'S3_OUTPUT_PATH',
    'TARGET_ATTRIBUTE_NAME', 'PROBLEM_TYPE', 'OBJECTIVE', 'MAX_RUNTIME_FOR_AUTOML_JOB_IN_SECONDS', 'MAX_CANDIDATES',
    'MAX_RUNTIME_PER_TRAINING_JOB_IN_SECONDS', 'COLUMN_NAMES', 'COLUMN_TYPES',
}

-- One step of the training, see the library's training.Training: what to run next, or what was done.
local function step(name, request)
    local answer = sme.run(SCRIPT .. ', ' .. name, [[
        SELECT {{ ref('sme_autopilot_training_udf') }}(:step, :request)
    ]], {step = name, request = cjson.encode(request)})
    return cjson.decode(answer[1][1])
end

-- The rows of a query as lists of texts.
local function texts_of(result)
    local rows = {}
    for row = 1, #result do
        rows[row] = {}
        for column = 1, #result[row] do
            rows[row][column] = sme.text_of(result[row][column]) or '0'
        end
    end
    return rows
end

-- What the arguments name, as far as they can be read: the UDF says what is wrong with them.
local function named(arguments, key)
    return type(arguments[key]) == 'string' and arguments[key] or ''
end

-- Columns of the table that is named, or, if there is none, the tables of its schema.
local function add_columns(request, arguments)
    local parameters = {
        schema = named(arguments, 'input_schema_name'), table = named(arguments, 'input_table_or_view_name'),
    }
    request.columns = texts_of(sme.run('Columns could not be looked up', [[
        SELECT COLUMN_SCHEMA, COLUMN_TABLE, COLUMN_NAME, COLUMN_TYPE FROM SYS.EXA_ALL_COLUMNS
        WHERE UPPER(COLUMN_SCHEMA) = UPPER(:schema) AND UPPER(COLUMN_TABLE) = UPPER(:table)
        ORDER BY COLUMN_SCHEMA, COLUMN_TABLE, COLUMN_ORDINAL_POSITION
    ]], parameters))
    if #request.columns == 0 then
        request.tables = {}
        local tables = sme.run('Tables could not be looked up', [[
            SELECT DISTINCT COLUMN_TABLE FROM SYS.EXA_ALL_COLUMNS WHERE UPPER(COLUMN_SCHEMA) = UPPER(:schema)
        ]], parameters)
        for row = 1, #tables do
            request.tables[row] = tables[row][1]
        end
    end
end

local function require_no_row(job_name)
    local rows = sme.run('SME_METADATA_AUTOPILOT_JOBS could not be read', [[
        SELECT COUNT(*) FROM {{ ref('sme_metadata_autopilot_jobs') }} WHERE JOB_NAME = :job_name
    ]], {job_name = job_name})
    if tonumber(sme.text_of(rows[1][1])) > 0 then
        sme.fail('The job ' .. job_name .. ' is in SME_METADATA_AUTOPILOT_JOBS already, though not in this AWS region',
            SCRIPT .. ', key job_name', 'Choose another job_name.')
    end
end

-- Writes the data to S3, and gives the number of rows. Of an export that fails nothing is left there.
local function export(request, statement)
    local ok, result = pquery(statement)
    if ok then
        return sme.text_of(result.rows_affected or result.etl_rows_written or result.etl_rows_read)
    end
    local discarded, problem = pcall(step, 'discard', request)
    sme.fail('The database could not export to S3: ' .. result.error_message, SCRIPT,
        'Check the credentials of the CONNECTION, its bucket and region, and that it may write there.'
        .. (discarded and '' or '\n  left behind: ' .. request.s3_uri .. ', ' .. tostring(problem)))
end

local function record(row)
    local names, values, parameters = {}, {}, {session_id = exa.meta.session_id, script_user = exa.meta.current_user}
    for position, name in ipairs(METADATA) do
        names[position], values[position] = name, ':' .. name:lower()
        parameters[name:lower()] = row[name] == nil and NULL or row[name]
    end
    sme.run('The job ' .. row.JOB_NAME .. ' was started and runs, but is not in SME_METADATA_AUTOPILOT_JOBS', [[
        INSERT INTO {{ ref('sme_metadata_autopilot_jobs') }} (DATETIME, SESSION_ID, SCRIPT_USER, ]]
        .. table.concat(names, ', ') .. [[)
        VALUES (CURRENT_TIMESTAMP, :session_id, :script_user, ]] .. table.concat(values, ', ') .. ')', parameters)
end

local decoded, arguments = pcall(cjson.decode, json_str)
if not decoded or type(arguments) ~= 'table' then
    arguments = {}
end
local request = {arguments = sme.text_of(json_str) or ''}
add_columns(request, arguments)
local profile = step('plan', request).profile
require_no_row(arguments.job_name)
request.profile = texts_of(sme.run('The training data could not be read', profile))[1]
request.nodes = sme.text_of(sme.run('The cluster could not be looked up', 'SELECT NPROC()')[1][1])
local exported = step('export', request)
request.s3_uri = exported.s3_uri
request.rows = export(request, exported.export)
record(step('start', request).metadata)
