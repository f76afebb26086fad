"""`smsbot consent topics`: what people can join, made, put in other words and retired."""

import json
from dataclasses import asdict

import click

from smsbot.cli.number_lists import acting, by_option
from smsbot.cli.opening import opened
from smsbot.config import load_settings
from smsbot.core.campaigns.audience import FieldFault
from smsbot.core.campaigns.topics import FIELDS, mark
from smsbot.core.errors import ContentFault
from smsbot.services import consent
from smsbot.services import topics as service
from smsbot.wiring import first_catalogue

keyword_argument = click.argument("keyword")


@click.group()
def topics() -> None:
    """See, make, edit and retire what people can join."""


@topics.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_topics(*, as_json: bool) -> None:
    """List the topics, each with how many have joined it."""
    with opened() as store:
        found = consent.joined(store)
    if as_json:
        click.echo(json.dumps([{**asdict(one), "joined": number} for one, number in found]))
        return
    for one, number in found:
        stands = "retired" if one.retired else f"{number} joined"
        click.echo(f"{one.keyword} / {one.keyword_es}  {one.name_en} / {one.name_es}  ({stands})")
        click.echo(f"    en: {one.words_en}\n    es: {one.words_es}")


@topics.command()
@keyword_argument
@click.argument("keyword_es", metavar="KEYWORD_IN_SPANISH")
@click.option("--name-en", required=True, help="Its name, as staff and lists show it.")
@click.option("--name-es", required=True, help="Its name in Spanish.")
@click.option("--words-en", required=True, help="What they get and how often.")
@click.option("--words-es", required=True, help="The same in Spanish.")
@by_option
def add(keyword: str, keyword_es: str, name: str, **words: str) -> None:
    """Make the topic KEYWORD, which can be joined at once."""
    one = service.read({"keyword": keyword, "keyword_es": keyword_es, **words})
    with opened() as store:
        by = acting(store, name)
        _refuse(service.add(store, one, first_catalogue(load_settings()), by))
    click.echo(f"{one.keyword} can be joined.")


@topics.command()
@keyword_argument
@click.option("--name-en", help="Its name, as staff and lists show it.")
@click.option("--name-es", help="Its name in Spanish.")
@click.option("--words-en", help="What they get and how often.")
@click.option("--words-es", help="The same in Spanish.")
@by_option
def edit(keyword: str, name: str, **words: str | None) -> None:
    """Put the topic KEYWORD in other words; what people were shown stays in the ledger."""
    with opened() as store:
        by = acting(store, name)
        kept = service.get(store, keyword.upper())
        given = {field: words.get(field) or getattr(kept, field) for field in FIELDS}
        catalogue = first_catalogue(load_settings())
        _refuse(service.change(store, mark(kept), service.read(given), catalogue, by))
    click.echo(f"{kept.keyword} is in other words.")


@topics.command()
@keyword_argument
@by_option
def retire(keyword: str, name: str) -> None:
    """Let nobody join the topic KEYWORD any more; who has joined can still leave."""
    with opened() as store:
        service.retire(store, keyword.upper(), acting(store, name))
    click.echo(f"{keyword.upper()} is retired.")


def _refuse(faults: tuple[FieldFault, ...]) -> None:
    if faults:
        lines = (f"{fault.field}: {fault.what}" for fault in faults)
        raise ContentFault("Nothing was changed.\n" + "\n".join(lines))
