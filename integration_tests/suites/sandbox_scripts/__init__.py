"""Python UDFs in the sandbox."""
