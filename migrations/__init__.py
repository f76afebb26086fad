"""Steps of the database schema, each of which can be undone."""
