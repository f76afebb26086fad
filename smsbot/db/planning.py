"""Who a campaign is for, planned in the database in small steps, each over a range of contacts.

No step takes long, and none loads people into memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
)

from smsbot.core.campaigns.campaign import Arm
from smsbot.core.campaigns.dry_run import People, Planned, Reason
from smsbot.core.messages import Lang
from smsbot.db.tables import UtcDateTime, contact
from smsbot.db.tables_campaigns import campaign_recipient as recipient
from smsbot.db.tables_consent import subscription

_PRIME = 2_147_483_647


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Whom one campaign is for: `among` is the audience as a condition on `contact`."""

    campaign_id: int
    topic: str
    among: ColumnElement[bool]
    arms: Mapping[Arm, frozenset[Lang]]
    """The arms, and the languages each of them speaks."""
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Contacts with ids above `after`, up to and with `upto`."""

    after: int
    upto: int


class Questions:
    """What is asked of one campaign for range after range: written once, before any transaction."""

    def __init__(self, choice: Choice) -> None:
        """Write the statements."""
        everybody = _everybody(choice)
        self._plan = insert(recipient).from_select(
            [
                "campaign_id", "contact_id", "lang", "arm", "place", "consent_id", "state",
                "reason", "tries",
            ],
            everybody,
            include_defaults=False,
        )  # fmt: skip
        self._newcomers = _newcomers(choice, everybody)

    def plan(self, tx: Connection, within: Range) -> None:
        """Plan the people of a range, those who get nothing too, with the reason."""
        tx.execute(self._plan, _ends(within))

    def newcomers(self, tx: Connection, within: Range) -> int:
        """People of a range who would be planned now and are not: nobody has approved them."""
        return int(tx.scalar(self._newcomers, _ends(within)) or 0)


_AFTER, _UPTO = bindparam("after", type_=BigInteger), bindparam("upto", type_=BigInteger)


def _ends(within: Range) -> dict[str, int]:
    return {"after": within.after, "upto": within.upto}


def last_contact(tx: Connection) -> int:
    """The largest id there is; 0: there is nobody."""
    return int(tx.scalar(select(func.max(contact.c.id))) or 0)


def has_plan(tx: Connection, campaign_id: int) -> bool:
    """Whether anybody has been planned before."""
    found = select(recipient.c.contact_id).where(recipient.c.campaign_id == campaign_id)
    return tx.scalar(found.limit(1)) is not None


def forget(tx: Connection, campaign_id: int, within: Range) -> None:
    """Take the plan of a range away, before another dry run."""
    tx.execute(
        delete(recipient).where(
            recipient.c.campaign_id == campaign_id,
            recipient.c.contact_id > within.after,
            recipient.c.contact_id <= within.upto,
        )
    )


def groups(tx: Connection, campaign_id: int, within: Range) -> "Groups":
    """The planned and the left out of a range, counted, with sums over who they are."""
    rows = tx.execute(_GROUPS, {"campaign": campaign_id, **_ends(within)})
    found = Groups()
    for arm, lang, place, reason, number, one, two in rows:
        if reason is not None:
            found.left_out[Reason(reason)] = found.left_out.get(Reason(reason), 0) + int(number)
            continue
        key = (Arm(arm), Lang(lang), place)
        found.planned[key] = found.planned.get(key, 0) + int(number)
        found.sums[0] = (found.sums[0] + int(one)) % _PRIME
        found.sums[1] = (found.sums[1] + int(two)) % _PRIME
    return found


class Groups:
    """Counts that are added up range by range."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.planned: dict[tuple[Arm, Lang, str], int] = {}
        self.left_out: dict[Reason, int] = {}
        self.sums = [0, 0]

    def add(self, other: "Groups") -> None:
        """Add another range's."""
        for key, number in other.planned.items():
            self.planned[key] = self.planned.get(key, 0) + number
        for reason, number in other.left_out.items():
            self.left_out[reason] = self.left_out.get(reason, 0) + number
        self.sums = [(a + b) % _PRIME for a, b in zip(self.sums, other.sums, strict=True)]

    def people(self, digest: str) -> People:
        """All of it, in order."""
        return People(
            planned=tuple(
                Planned(arm=arm, lang=lang, place=place, people=number)
                for (arm, lang, place), number in sorted(self.planned.items())
            ),
            left_out=dict(sorted(self.left_out.items())),
            digest=digest,
        )


def _everybody(choice: Choice) -> Select[Any]:
    lang = func.coalesce(contact.c.lang, Lang.EN.value)
    reason = case(
        (contact.c.opted_out, Reason.STOP.value),
        (contact.c.care_until > literal(choice.now, UtcDateTime), Reason.CARE.value),
        (
            subscription.c.state != "joined",
            Reason.NOT_JOINED.value,
        ),
        (~_spoken(choice, lang), Reason.NO_TEXT.value),
        else_=null(),
    )
    chosen = (
        select(
            contact.c.id,
            lang.label("lang"),
            place_of().label("place"),
            subscription.c.consent_id,
            reason.label("reason"),
        )
        .select_from(
            contact.join(
                subscription,
                and_(
                    subscription.c.contact_id == contact.c.id,
                    # Not along the index of topics: that would read everybody for each range.
                    subscription.c.topic + "" == choice.topic,
                    subscription.c.contact_id > _AFTER,
                    subscription.c.contact_id <= _UPTO,
                ),
            )
        )
        .where(contact.c.id > _AFTER, contact.c.id <= _UPTO, choice.among)
        .subquery()
    )
    return select(
        literal(choice.campaign_id, BigInteger).label("campaign_id"),
        chosen.c.id.label("contact_id"),
        chosen.c.lang,
        _arm(choice, chosen.c.id, chosen.c.lang).label("arm"),
        chosen.c.place,
        chosen.c.consent_id,
        case((chosen.c.reason.is_(None), "planned"), else_="left_out").label("state"),
        chosen.c.reason,
        literal(0).label("tries"),
    )


def _newcomers(choice: Choice, everybody: Select[Any]) -> Select[Any]:
    found = everybody.subquery()
    planned = (
        select(recipient.c.contact_id)
        .where(
            recipient.c.campaign_id == choice.campaign_id,
            recipient.c.contact_id == found.c.contact_id,
            recipient.c.state != "left_out",
            recipient.c.lang == found.c.lang,
        )
        .exists()
    )
    return select(func.count()).select_from(found).where(found.c.state == "planned", ~planned)


def place_of() -> ColumnElement[str]:
    """What is known of where a contact is, as one word: state, start of the ZIP code, area code."""
    return cast(
        func.coalesce(contact.c.state, "")
        + ":"
        + func.coalesce(func.substr(contact.c.zip, 1, 3), "")
        + ":"
        + func.coalesce(contact.c.area_code, ""),
        String,
    )


def _spoken(choice: Choice, lang: ColumnElement[str]) -> ColumnElement[bool]:
    langs = frozenset.union(*choice.arms.values()) if choice.arms else frozenset()
    return lang.in_([one.value for one in sorted(langs)])


def _arm(
    choice: Choice, person: ColumnElement[int], lang: ColumnElement[str]
) -> ColumnElement[str]:
    """Half of the people each, by a fixed mixing of their ids, where both arms speak to them."""
    both = choice.arms.get(Arm.A, frozenset()) & choice.arms.get(Arm.B, frozenset())
    if not both:
        return literal(Arm.A.value, String)
    # Multiplicative hashing: of the product the upper bits are the well mixed ones.
    mixed = (cast(person, BigInteger) + choice.campaign_id * 7_919) * 2_654_435_761
    mixed = mixed % 4_294_967_296 // 65_536 % 2
    return case(
        (and_(mixed == 1, lang.in_([one.value for one in sorted(both)])), Arm.B.value),
        else_=Arm.A.value,
    )


def _mixed(factor: int) -> ColumnElement[int]:
    """A number from who gets what on which consent: a sum of these changes with any of them."""
    person = cast(recipient.c.contact_id, BigInteger) * 1_000_003 % _PRIME
    consent = cast(func.coalesce(recipient.c.consent_id, 0), BigInteger) * 998_244 % _PRIME
    spanish = cast(case((recipient.c.lang == Lang.ES.value, 15_485_863), else_=0), BigInteger)
    other = cast(case((recipient.c.arm == Arm.B.value, 32_452_843), else_=0), BigInteger)
    return (person * factor + consent * (factor + 2) + (spanish + other) * factor) % _PRIME


_GROUPS = (
    select(
        recipient.c.arm,
        recipient.c.lang,
        recipient.c.place,
        recipient.c.reason,
        func.count(),
        func.sum(_mixed(7_919)),
        func.sum(_mixed(104_729)),
    )
    .where(
        recipient.c.campaign_id == bindparam("campaign", type_=BigInteger),
        recipient.c.contact_id > _AFTER,
        recipient.c.contact_id <= _UPTO,
    )
    .group_by(recipient.c.arm, recipient.c.lang, recipient.c.place, recipient.c.reason)
)
