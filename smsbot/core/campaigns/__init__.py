"""Campaigns: who asked for them, when a text may arrive, and what one says before it leaves."""
