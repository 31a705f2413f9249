"""`python -m exasol_sandbox`: the same commands as `exasol-sagemaker sandbox`."""

from exasol_sandbox.cli import sandbox

if __name__ == "__main__":
    sandbox(prog_name="python -m exasol_sandbox")
