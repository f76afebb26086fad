"""Find dead links in the documents: files and headings that are not there. Asks no network."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = {".venv", ".git", "var", "node_modules", ".pytest_cache"}

LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
DEFINITION = re.compile(r"^\s{0,3}\[[^\]]+\]:\s+<?(\S+?)>?\s*$", re.MULTILINE)
IMAGE = re.compile(r"<(?:img|source)\b[^>]*?\bsrc(?:set)?=\"([^\"]+)\"")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
ANCHOR = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")


def documents(root: Path) -> Iterator[Path]:
    """Yield the Markdown files of the project."""
    for path in sorted(root.rglob("*.md")):
        if not NOT_OURS.intersection(path.relative_to(root).parts):
            yield path


def links(text: str) -> Iterator[str]:
    """Yield the targets of all links and images outside of code."""
    prose = CODE.sub("", FENCE.sub("", text))
    for pattern in (LINK, DEFINITION, IMAGE):
        for match in pattern.finditer(prose):
            yield match[1]


def anchors(text: str) -> set[str]:
    """Return the names by which the headings of a text can be linked to, as GitHub makes them."""
    prose = FENCE.sub("", text)
    names: set[str] = set(ANCHOR.findall(prose))
    seen: dict[str, int] = {}
    for match in HEADING.finditer(prose):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match[1])
        name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        number = seen.get(name, 0)
        seen[name] = number + 1
        names.add(f"{name}-{number}" if number else name)
    return names


def dead(root: Path) -> Iterator[str]:
    """Yield one line for every link that leads nowhere."""
    for document in documents(root):
        text = document.read_text(encoding="utf-8")
        for target in links(text):
            if re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.IGNORECASE):
                continue
            file, _, anchor = unquote(target).partition("#")
            base = root if file.startswith("/") else document.parent
            path = (base / file.lstrip("/")).resolve() if file else document
            where = document.relative_to(root)
            if not path.exists() or not path.is_relative_to(root):
                yield f"{where}: {target} is not there"
            elif anchor and path.suffix == ".md" and anchor not in anchors(path.read_text()):
                yield f"{where}: {target}: no such heading"


def main() -> int:
    """Print the dead links; 1 when there are any."""
    found = list(dead(ROOT))
    print("\n".join(found) or f"{len(list(documents(ROOT)))} documents, no dead link")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
