"""Waking the worker. A lost ring costs seconds, never a text."""
