"""The dry run of a campaign: everybody planned, nobody texted, and a token to approve.

What is planned is what runs: the approved list is sent, never a new one. Before the start all of it
is looked at again, and any change but of people who have left since refuses the start.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from smsbot.core.campaigns.campaign import (
    Arm,
    Campaign,
    CampaignFault,
    CampaignState,
    House,
    look,
    settings_digest,
)
from smsbot.core.campaigns.dry_run import (
    Course,
    Pacing,
    People,
    Reason,
    Stands,
    changed,
    course,
    digest,
)
from smsbot.core.campaigns.message import Message, MessageState
from smsbot.core.editorial.deeds import Deed
from smsbot.core.editorial.roles import Permission, StaffAccount
from smsbot.core.errors import StoreConflict
from smsbot.core.messages import Lang
from smsbot.core.text.price import LIST_PRICE
from smsbot.db import campaign_messages, campaigns, recipients
from smsbot.db.campaigns import CampaignEvent
from smsbot.db.planning import Groups
from smsbot.db.store import Store
from smsbot.services import audit, planning
from smsbot.services.campaign_hours import Openings
from smsbot.services.campaigns import begin, permit
from smsbot.services.planning import Tell

_AT_ONCE = 2_000
_MOST_KEPT = 2_000
"""Places whose times are kept with the summary, the largest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What campaigns are reckoned with: the installation, the hours, and what a segment costs."""

    house: House
    openings: Openings
    dollars_a_segment: float = float(LIST_PRICE)


def check(
    store: Store,
    by: StaffAccount,
    campaign_id: int,
    desk: Desk,
    now: datetime,
    tell: Tell = lambda *_: None,
) -> str:
    """Do the dry run of a draft, or do it again; its token.

    Raises:
        CampaignFault: the account may not, the plan has faults, or a message is not approved.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.WRITE_CAMPAIGN)
    one, messages = _as_draft(store, by, campaign_id, desk, now)
    try:
        planning.plan(store, one, now, tell)
    except StoreConflict:
        raise CampaignFault("A dry run of it is under way: wait for that one.") from None
    groups = planning.count(store, campaign_id)
    if abroad := [place for _, _, place in groups.planned if not desk.openings.place(place).cells]:
        _leave_out(store, campaign_id, abroad)
        groups = planning.count(store, campaign_id)
    stands = _stands(one, messages, desk, groups)
    summary = _summary(one, messages, desk, groups.people(stands.people), now)
    values = {
        "token": stands.token,
        "checked_at": now,
        "checked": campaigns.written({**summary, "stands": asdict(stands)}),
    }
    event = CampaignEvent(at=now, who=by.name, what="checked", note=stands.token[:12])
    with store.begin() as tx:
        moved = (CampaignState.DRAFT, CampaignState.CHECKED)
        if not campaigns.move(tx, campaign_id, moved, event, values):
            raise CampaignFault("Somebody has just changed it: look at it again.")
        about = f"campaign {campaign_id}"
        audit.record(tx, Deed(who=by.name, what="checked_campaign", about=about, at=now))
    return stands.token


def what_changed(store: Store, one: Campaign, desk: Desk, now: datetime) -> tuple[str, ...]:
    """What is not as it was in the approved dry run, in words; none: it may start.

    People who said STOP, left or are in care since are no change: they get nothing in any case.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        messages = campaign_messages.find(tx, one.plan.messages.values())
        before: Mapping[str, str] = campaigns.held(tx, one.id, "checked").get("stands", {})
    found = list(changed(before, _stands(one, messages, desk, planning.count(store, one.id))))
    found += [
        f"message {each.id} is {each.state.value}"
        for each in messages.values()
        if each.state is not MessageState.APPROVED
    ]
    if more := planning.newcomers(store, one, now):
        found.append(f"{more} more people would get it now")
    return tuple(found)


def start(store: Store, by: StaffAccount, campaign_id: int, desk: Desk, now: datetime) -> None:
    """Start an approved campaign; one with a time in its plan starts no earlier.

    Raises:
        CampaignFault: the account may not, it is not approved, or something changed: says what.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.RUN_CAMPAIGN)
    start_by_itself(store, by.name, campaign_id, desk, now)


def start_by_itself(store: Store, who: str, campaign_id: int, desk: Desk, now: datetime) -> None:
    """Start an approved campaign in the name of a person, or of its schedule.

    Raises:
        CampaignFault: as `start`.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        one = campaigns.find(tx, campaign_id)
    if one is None or one.state is not CampaignState.APPROVED:
        raise CampaignFault("Only an approved campaign can be started.")
    if one.plan.starts_at is not None and one.plan.starts_at > now:
        raise CampaignFault("Its time has not come: it starts by itself then.")
    if one.plan.expires_at <= now:
        raise CampaignFault("It has expired.")
    if differences := what_changed(store, one, desk, now):
        raise CampaignFault(
            f"Changed since the dry run: {'; '.join(differences)}. Take it back to draft, check it"
            " and have it approved again."
        )
    try:
        with store.begin() as tx:
            if not begin(tx, one, who, now):
                raise CampaignFault("Somebody was quicker: look at it again.")
            about = f"campaign {campaign_id}"
            audit.record(tx, Deed(who=who, what="started_campaign", about=about, at=now))
    except StoreConflict as error:
        raise CampaignFault(str(error)) from None


def _as_draft(
    store: Store, by: StaffAccount, campaign_id: int, desk: Desk, now: datetime
) -> tuple[Campaign, dict[int, Message]]:
    with store.begin() as tx:
        one = campaigns.find(tx, campaign_id)
        if one is None:
            raise CampaignFault(f"There is no campaign {campaign_id}.")
        if wrong := look(desk.house, one.plan, now):
            raise CampaignFault(" ".join(wrong))
        if one.state is CampaignState.CHECKED:
            event = CampaignEvent(at=now, who=by.name, what="checked again")
            moved = (CampaignState.CHECKED, CampaignState.DRAFT)
            campaigns.move(tx, campaign_id, moved, event, {"token": None})
        elif one.state is not CampaignState.DRAFT:
            raise CampaignFault("Only a draft has a dry run: take the campaign back first.")
        messages = campaign_messages.find(tx, one.plan.messages.values())
    for each in messages.values():
        if each.state is not MessageState.APPROVED:
            raise CampaignFault(f"Message {each.id} ({each.name}) is not approved yet.")
    return one, messages


def _leave_out(store: Store, campaign_id: int, places: list[str]) -> None:
    left = _AT_ONCE
    while left == _AT_ONCE:
        with store.begin() as tx:
            left = recipients.leave_out(tx, campaign_id, places, Reason.ABROAD, _AT_ONCE)


def _stands(one: Campaign, messages: Mapping[int, Message], desk: Desk, groups: Groups) -> Stands:
    words = {
        f"{arm} {lang}": [number, messages[number].body]
        for (arm, lang), number in one.plan.messages.items()
    }
    planned = {" ".join(key): number for key, number in groups.planned.items()}
    return Stands(
        settings=settings_digest(one.plan),
        messages=digest(words),
        hours=desk.openings.digest,
        people=digest([planned, groups.sums]),
    )


def _summary(
    one: Campaign, messages: Mapping[int, Message], desk: Desk, people: People, now: datetime
) -> dict[str, object]:
    sizes = {key: messages[number].size.segments for key, number in one.plan.messages.items()}
    pacing = Pacing(
        starts_at=max(now, one.plan.starts_at or now),
        expires_at=one.plan.expires_at,
        mps=desk.house.mps,
    )
    way = course(people.planned, sizes, pacing, desk.openings)
    segments = sum(each.people * sizes[each.arm, each.lang] for each in people.planned)
    return {
        "people": people.number,
        "left_out": {reason.value: number for reason, number in people.left_out.items()},
        "texts": [
            _text(key, messages[number], people)
            for key, number in sorted(one.plan.messages.items())
        ],
        "segments": segments,
        "dollars": round(segments * desk.dollars_a_segment, 2),
        **_course(way),
    }


def _text(key: tuple[Arm, Lang], message: Message, people: People) -> dict[str, object]:
    size = message.size
    return {
        "arm": key[0].value,
        "lang": key[1].value,
        "message": message.id,
        "body": message.body,
        "segments": size.segments,
        "encoding": size.encoding,
        "units": size.units,
        "people": sum(one.people for one in people.planned if (one.arm, one.lang) == key),
    }


def _course(way: Course) -> dict[str, object]:
    largest = sorted(way.places, key=lambda one: (-one.people, one.place))
    return {
        "hours": [[hour.isoformat(), number] for hour, number in way.hours],
        "ends_at": way.ends_at.isoformat() if way.ends_at else None,
        "too_late": way.too_late,
        "places": [
            [
                one.place,
                one.people,
                one.first.isoformat() if one.first else None,
                one.last.isoformat() if one.last else None,
                one.too_late,
            ]
            for one in largest[:_MOST_KEPT]
        ],
    }
