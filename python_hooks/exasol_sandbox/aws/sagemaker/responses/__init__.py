"""SageMaker's operations: from validated parameters to state, and back to the wire."""
