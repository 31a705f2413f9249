import('{{ ref("sme_lua") }}', 'sme')

local found = sme.run('The job could not be looked up', [[
    SELECT {{ ref('sme_autopilot_job_status_polling_udf') }}(:job_name, :connection, :region)
]], {job_name = job_name, connection = aws_s3_connection, region = aws_region})
local rows = { {found[1][1], found[1][2]} }
return rows, 'JOB_STATUS VARCHAR(100), JOB_SECONDARY_STATUS VARCHAR(100)'
