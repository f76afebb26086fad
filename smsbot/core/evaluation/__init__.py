"""How well the bot does on labelled texts: rates with intervals. Counts only, never a text."""
