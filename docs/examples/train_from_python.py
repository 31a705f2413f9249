"""Train, deploy, predict and clean up, without dbt: from a script, a notebook or an Airflow task.

Needs EXASOL_DSN, EXASOL_USER, EXASOL_PASSWORD, SAGEMAKER_S3_URI, SAGEMAKER_ROLE_ARN, and AWS credentials and
region where boto3 looks for them; `eval "$(exasol-sagemaker sandbox env)"` sets all of them for the sandbox.
A table CREDIT.TRAIN with a column TARGET and a key SK_ID_CURR is expected.
"""

import os

import pyexasol

from exasol_sagemaker import (
    AwsSession,
    EndpointConfig,
    Owner,
    PredictionUdf,
    SageMakerSettings,
    TrainingConfig,
    create_connection,
    create_prediction_udf,
    deploy_endpoint,
    describe_training,
    start_training,
    teardown,
    watch_endpoint,
    watch_training,
)

CONNECTION = "SAGEMAKER_AWS"
QUERY = "SELECT * FROM CREDIT.TRAIN WHERE MOD(SK_ID_CURR, 5) <> 0"
HELD_OUT = "SELECT * FROM CREDIT.TRAIN WHERE MOD(SK_ID_CURR, 5) = 0"


def main() -> None:
    """Run the life cycle once; without the teardown at its end, a second run finds job and endpoint again."""
    aws = AwsSession(SageMakerSettings.from_environment())
    owner = Owner(project="train_from_python", target="example", node="credit_risk")
    with pyexasol.connect(
        dsn=os.environ["EXASOL_DSN"], user=os.environ["EXASOL_USER"], password=os.environ["EXASOL_PASSWORD"]
    ) as database:
        create_connection(aws, database, CONNECTION)

        job = start_training(
            aws,
            database,
            query=QUERY,
            name="credit_risk",
            config=TrainingConfig(
                target_column="TARGET", problem_type="BinaryClassification", objective="AUC", max_candidates=2
            ),
            owner=owner,
        )
        for progress in watch_training(aws, job.job_name):
            print(f"{progress.phase}: {progress.candidates_done} candidates, best {progress.best_value}")

        job = describe_training(aws, job.job_name)
        deployment = deploy_endpoint(aws, job, name="credit_risk", config=EndpointConfig(), owner=owner)
        for state in watch_endpoint(aws, deployment.endpoint_name):
            print(f"endpoint {state.endpoint_name}: {state.status}")

        udf = PredictionUdf.for_deployment(deployment, region=aws.region, connection=CONNECTION)
        create_prediction_udf(database, udf, "CREDIT", "PREDICT_RISK")
        inputs = ", ".join(f'"{column.name}"' for column in udf.input_columns)
        results = ", ".join(f"{column.name} {column.type}" for column in udf.result_columns)
        predictions = database.export_to_pandas(
            f"SELECT CREDIT.PREDICT_RISK(SK_ID_CURR, {inputs}) EMITS (ID DECIMAL(18,0), {results}) "
            f"FROM ({HELD_OUT}) GROUP BY IPROC(), MOD(ROWNUM, 2)"
        )
        print(predictions.head(10))

        for removed in teardown(aws, project=owner.project, target=owner.target):
            print(f"{removed.action}: {removed.kind} {removed.name}")


if __name__ == "__main__":
    main()
