"""What is wrong with a content file, where, and what to write instead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing to mend before the content may be used. `what` and `cure` are whole sentences."""

    file: str
    line: int
    """The line to look at, from 1."""
    what: str
    cure: str

    def __str__(self) -> str:
        """One line for an editor: "content/topics/fda.en.toml:12: ... . Write ... instead."."""
        line = f"{self.file}:{self.line}: {self.what} {self.cure}"
        return "".join(char if char.isprintable() else "?" for char in line)
