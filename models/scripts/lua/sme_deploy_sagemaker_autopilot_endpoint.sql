import('{{ ref("sme_lua") }}', 'sme')
local SCRIPT = 'SME_DEPLOY_SAGEMAKER_AUTOPILOT_ENDPOINT'

-- A script of that name is replaced only if it is a prediction UDF: ours, or the extension's.
local function require_free(schema, name)
    local taken = sme.run('Scripts could not be looked up', [[
        SELECT SCRIPT_NAME FROM SYS.EXA_ALL_SCRIPTS
        WHERE SCRIPT_SCHEMA = :schema AND SCRIPT_NAME = :name
        AND INSTR(SCRIPT_TEXT, 'exasol-sagemaker prediction in the extension') = 0
        AND INSTR(SCRIPT_TEXT, 'exasol_sagemaker_extension') = 0
    ]], {schema = schema, name = name})
    if #taken > 0 then
        sme.fail('The script "' .. schema .. '"."' .. name .. '" exists and is no prediction UDF of an endpoint', SCRIPT,
            'Choose another endpoint_name or schema_name, or drop that script.')
    end
end

local function whole_number(value)
    local number = tonumber(sme.text_of(value))
    if not number or number < 1 or number ~= math.floor(number) then
        sme.fail('instance_count is ' .. (sme.text_of(value) or 'NULL'), SCRIPT, 'Give a whole number of at least 1.')
    end
    return math.floor(number)
end

local function known_columns()
    local rows = sme.run('SME_METADATA_AUTOPILOT_JOBS could not be read', [[
        SELECT COLUMN_NAMES, COLUMN_TYPES, TARGET_ATTRIBUTE_NAME FROM {{ ref('sme_metadata_autopilot_jobs') }}
        WHERE JOB_NAME = :job_name
    ]], {job_name = job_name})
    if #rows == 0 then
        return NULL, NULL, NULL
    end
    return rows[1][1], rows[1][2], rows[1][3]
end

local count = whole_number(instance_count)
local schema = sme.schema_named(schema_name, SCRIPT .. ', parameter schema_name')
require_free(schema, sme.text_of(endpoint_name) or '')
local names, types, target = known_columns()
local deployed = sme.run('The endpoint could not be deployed', [[
    SELECT {{ ref('sme_autopilot_endpoint_deployment_udf') }}(
        :job_name, :endpoint_name, :instance_type, :instance_count, :connection, :region, :schema,
        :names, :types, :target
    )
]], {
    job_name = job_name, endpoint_name = endpoint_name, instance_type = instance_type, instance_count = count,
    connection = aws_s3_connection, region = aws_region, schema = schema, names = names, types = types, target = target,
})
-- The statement quotes all names that are in it.
sme.run('The endpoint ' .. endpoint_name .. ' serves, but its prediction UDF could not be created', deployed[1][2])
