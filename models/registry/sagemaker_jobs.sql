-- A row for each Autopilot job of this project and target; its columns are in _registry.yml.
{{ exasol_sagemaker.after_registered_models() }}
