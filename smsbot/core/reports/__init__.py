"""Figures over days: what is counted, and how it is drawn. Pure."""
