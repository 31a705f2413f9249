import('{{ ref("sme_lua") }}', 'sme')

local deleted = sme.run('The endpoint could not be deleted', [[
    SELECT {{ ref('sme_autopilot_endpoint_deletion_udf') }}(:endpoint_name, :connection, :region)
]], {endpoint_name = endpoint_name, connection = aws_s3_connection, region = aws_region})
for row = 1, #deleted do
    output('deleted ' .. deleted[row][1])
end
