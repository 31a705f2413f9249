"""SageMaker Autopilot for data in Exasol, usable without dbt."""
