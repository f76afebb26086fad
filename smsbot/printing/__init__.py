"""Prints posters and cards: the only part that knows QR codes and typesetting."""
