"""The database as wiring opens it and the services use it, named for those who only pass it on."""

from smsbot.db.store import Store

__all__ = ["Store"]
