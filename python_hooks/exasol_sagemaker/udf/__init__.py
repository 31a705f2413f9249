"""Code that runs inside the database."""
