"""The database schema, brought to where this version of the program needs it."""

from smsbot.db.schema import downgrade, is_current, upgrade

__all__ = ["downgrade", "is_current", "upgrade"]
