-- The Lua scripts that the package keeps in the database. Jinja stands only within texts there.
std = "lua54"
max_line_length = 130
cache = false

-- https://docs.exasol.com/db/latest/database_concepts/scripting/db_interaction.htm
read_globals = {"exa", "import", "NULL", "output", "pquery", "sme"}

-- A script's parameters, and what one offers to others, are globals.
files["models/scripts/lua/sme_lua.sql"].globals = {"fail", "readable", "run", "schema_named", "text_of"}
files["models/scripts/lua/sme_train_*.sql"].read_globals = {"json_str"}
files["models/scripts/lua/sme_poll_*.sql"].read_globals = {"aws_region", "aws_s3_connection", "job_name"}
files["models/scripts/lua/sme_delete_*.sql"].read_globals = {"aws_region", "aws_s3_connection", "endpoint_name"}
files["models/scripts/lua/sme_deploy_*.sql"].read_globals = {
    "aws_region", "aws_s3_connection", "endpoint_name", "instance_count", "instance_type", "job_name", "schema_name",
}
