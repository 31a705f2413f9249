"""The demo: the whole life cycle on a private sandbox, with generated credit applications or a CSV file."""
