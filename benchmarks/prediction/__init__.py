"""The prediction UDF against the extension's, against a bare client, and against memory."""
