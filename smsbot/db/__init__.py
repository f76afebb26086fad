"""The only place that knows SQL: rows in, frozen dataclasses out."""
