"""What the commands about answers share: the database, the person who acts, an answer's name."""

from datetime import datetime
from functools import partial

import click

from smsbot.cli import opening
from smsbot.core.editorial.roles import StaffAccount
from smsbot.core.messages import Lang
from smsbot.services import staff
from smsbot.services.store import Store
from smsbot.wiring import clock

opened = partial(opening.opened, patience_ms=10_000)
"""The database of the settings; an import may keep it busy for seconds."""


def acting(store: Store, name: str) -> tuple[StaffAccount, datetime]:
    """The account that acts, and the time now."""
    return staff.named(store, name), clock()


def as_name(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, Lang]:
    """Keyword and language of an answer: FDA.en, or FDA for the English one."""
    keyword, _, lang = value.partition(".")
    if not keyword or (lang or "en").lower() not in set(Lang):
        raise click.BadParameter("write it as FDA.en or FDA.es")
    return keyword.upper(), Lang((lang or "en").lower())


by_option = click.option("--by", required=True, metavar="NAME", help="Your staff account.")
"""Who acts."""
