"""`smsbot train`: learn the crisis screen's second layer anew. Needs no database."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

import smsbot
from smsbot.core.errors import ContentFault
from smsbot.core.inbound.crisis import Screen
from smsbot.services.read_screen import read_screen
from smsbot.services.train_screen import Harmless, Trained, train_screen

CONTENT = Path(smsbot.__file__).parent.parent / "content"
WEIGHTS, DESCRIPTION = "weights.bin", "model.toml"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_HARMLESS = {"", "none", "neg", "harmless", "0", "false"}
_CRISIS = {"pos", "crisis", "1", "true"}


@click.group()
def train() -> None:
    """Learn what the bot has learned anew."""


@train.command()
@click.option("--negatives", multiple=True, type=_FILE, help="Harmless texts, as people text them.")
@click.option(
    "--more", multiple=True, type=_FILE, help="Harmless texts of other kinds: not scored."
)
@click.option("--measure", multiple=True, type=_FILE, help="Labelled texts; only counts are kept.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where to write.")
@click.option("--seed", default=988, show_default=True, help="The same seed, the same weights.")
def crisis(
    negatives: tuple[Path, ...],
    more: tuple[Path, ...],
    measure: tuple[Path, ...],
    out: Path | None,
    seed: int,
) -> None:
    """Train the learned layer of the crisis screen: weights.bin and model.toml.

    Files are JSONL with a "text"; a row labelled as a crisis is never taken for harmless. Read
    docs/crisis.md before you ship other weights than were reviewed.
    """
    brought = Harmless(
        scored={path.stem.removeprefix("negatives-"): list(_texts(path)) for path in negatives},
        more=[text for path in more for text in _texts(path)],
    )
    trained = train_screen(CONTENT, brought, seed=seed)
    screen = read_screen(CONTENT, learned=False)
    lines = [*_described(trained, seed)]
    for path in measure:
        lines += _measured(path, screen, trained)
    folder = out or CONTENT / "crisis" / "model"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(trained.weights)
    (folder / DESCRIPTION).write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo("\n".join(lines))


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """Text and label, in lower case, of every line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            yield str(row["text"]), str(row.get("label") or "").casefold()
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise ContentFault(
                f'{path.name}:{number}: no row. Write {{"text": ...}} on each line.'
            ) from fault


def _texts(path: Path) -> Iterator[str]:
    return (text for text, label in _rows(path) if label in _HARMLESS)


def _described(trained: Trained, seed: int) -> Iterator[str]:
    yield "# Written by `smsbot train crisis`: what the weights are and what they rest on."
    yield f'sha256 = "{trained.sha256}"'
    yield f"threshold = {trained.threshold}"
    yield f"trained_on = {datetime.now(UTC).date()}"
    yield f"seed = {seed}"
    yield f"bytes = {len(trained.weights)}"
    yield ""
    yield "# How many texts of each kind there were. All crisis texts are synthetic; distress is"
    yield "# counted and not learned. Texts that the lexicon fires on are left out of the harmless."
    yield "[texts]"
    yield from (f"{name} = {count}" for name, count in trained.counts.items())
    for one in trained.held_out:
        yield ""
        yield "[[held_out]]  # scored by weights learned without them; the threshold rests on it"
        yield f'source = "{one.source}"'
        yield f"texts = {one.texts}"
        yield f"alarms = {one.alarms}"
        yield f"allowed = {one.most}"


def _measured(path: Path, screen: Screen, trained: Trained) -> Iterator[str]:
    """What each layer finds in a file, and what either finds; nothing of the texts."""
    model = trained.model
    for kind, labels in (("crisis", _CRISIS), ("harmless", _HARMLESS)):
        found = [
            (screen.find(text) is not None, model.fires(text))
            for text, label in _rows(path)
            if label in labels
        ]
        if found:
            yield ""
            yield f"[[measured]]  # not learned from: {kind} texts"
            yield f'source = "{path.stem}"'
            yield f'label = "{kind}"'
            yield f"texts = {len(found)}"
            yield f"lexicon = {sum(lexicon for lexicon, _ in found)}"
            yield f"model = {sum(layer for _, layer in found)}"
            yield f"either = {sum(any(both) for both in found)}"
