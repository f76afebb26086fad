"""`smsbot explain`: what the bot would say to each text, and why. Sends and stores nothing."""

import json
import sys
from collections.abc import Iterator

import click

from smsbot.config import load_settings
from smsbot.core.contacts import Contact
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.services.explain import explain as explain_text
from smsbot.services.explain import explain_conversation
from smsbot.services.load_catalogue import LiveCatalogue
from smsbot.wiring import clock, first_catalogue, open_store


@click.command()
@click.option(
    "--catalogue",
    type=click.Choice(["files", "db"]),
    default="files",
    help="Answer from the content files (the default; no database) or from the live database.",
)
@click.option("--new-contact", is_flag=True, help="As to somebody who texts for the first time.")
@click.option(
    "--conversation",
    is_flag=True,
    help="The lines are one person's texts in order; left out, each stands by itself.",
)
def explain(catalogue: str, *, new_contact: bool, conversation: bool) -> None:
    """Read one text a line from standard input, write one JSON object a line.

    Fields: text, step, crisis, tier, rule, topic, topics, confidence, runners_up, lang, reply
    (sent at once), later (sent through the queue), segments, encoding, consent, context (the topic
    it went on from, the choices it was an answer to), offers (what a number would pick next).
    """
    answers = _catalogue(catalogue)
    contact = Contact(greeted=not new_contact)
    if conversation:
        explained = explain_conversation(_lines(), contact, answers, clock())
    else:
        explained = (explain_text(text, contact, answers, clock()) for text in _lines())
    for found in explained:
        sys.stdout.write(json.dumps(found, ensure_ascii=True) + "\n")


def _catalogue(source: str) -> Catalogue:
    settings = load_settings()
    first = first_catalogue(settings)
    if source == "files":
        return first
    store = open_store(settings)
    live = LiveCatalogue(first, store, settings.program, settings.contact)
    if not live.refresh():
        raise click.ClickException("The database has no answers. Run `smsbot content seed`.")
    store.close()
    return live.current


def _lines() -> Iterator[str]:
    # Undecodable bytes become lone surrogates and are explained like any other text.
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "surrogateescape").rstrip("\r\n")
