"""The figures that we promise, measured side by side in one run: `python -m benchmarks`."""
