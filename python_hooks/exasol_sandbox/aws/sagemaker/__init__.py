"""SageMaker: Autopilot jobs, models, endpoints and their tags."""
