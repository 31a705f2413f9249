create or replace table {schema}.on_run_hook (
    test_state varchar(100),
    target_dbname varchar(100),
    target_host varchar(100),
    target_name varchar(100),
    target_schema varchar(200),
    target_type varchar(100),
    target_user varchar(100),
    target_pass varchar(100),
    target_threads int,
    run_started_at varchar(100),
    invocation_id varchar(100),
    thread_id varchar(100)
);
