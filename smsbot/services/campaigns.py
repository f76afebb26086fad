"""Campaigns as staff move them: drafted, approved by somebody else, started, held and ended.

Each step is one conditional move, one line of the campaign's history and one of the audit log.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from smsbot.core.campaigns.campaign import (
    Campaign,
    CampaignFault,
    CampaignState,
    Phase,
    Plan,
    may_move,
)
from smsbot.core.editorial.deeds import Deed
from smsbot.core.editorial.roles import Permission, StaffAccount, may
from smsbot.core.errors import StoreConflict
from smsbot.db import campaign_counts, campaigns
from smsbot.db.campaigns import CampaignEvent
from smsbot.db.store import Store, Transaction
from smsbot.services import audit


def permit(by: StaffAccount, permission: Permission) -> None:
    """Let on who may.

    Raises:
        CampaignFault: the account is disabled, or its role has not been granted this.
    """
    if not by.is_active or not may(by.role, permission):
        what = permission.value.replace("_", " ")
        raise CampaignFault(f"{by.name} is {by.role.value}: that role may not {what}.")


def create(
    store: Store, by: StaffAccount, plan: Plan, now: datetime, *, repeat_of: int | None = None
) -> int:
    """Draft a campaign; its id.

    Raises:
        CampaignFault: the account may not, or a message is not there.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.WRITE_CAMPAIGN)
    try:
        with store.begin() as tx:
            made = campaigns.add(tx, plan, by.name, now, repeat_of)
            event = CampaignEvent(at=now, who=by.name, what="drafted")
            campaigns.note(tx, made, event)
            _record(tx, by, made, replace(event, what="drafted_campaign"))
    except StoreConflict:
        raise CampaignFault("A message or a value of it does not exist: choose again.") from None
    return made


def change(store: Store, by: StaffAccount, campaign_id: int, plan: Plan, now: datetime) -> None:
    """Replace a draft's plan; its dry run is to be done again.

    Raises:
        CampaignFault: the account may not, it is no draft, or somebody has just changed it.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.WRITE_CAMPAIGN)
    try:
        with store.begin() as tx:
            one = _found(tx, campaign_id)
            if one.state is not CampaignState.DRAFT:
                raise CampaignFault("Only a draft is changed: take the campaign back first.")
            if not campaigns.change(tx, one, plan, by.name, now):
                raise CampaignFault("Somebody has just changed it: look at it again.")
            event = CampaignEvent(at=now, who=by.name, what="changed")
            campaigns.note(tx, campaign_id, event)
            _record(tx, by, campaign_id, replace(event, what="changed_campaign"))
    except StoreConflict as error:
        raise CampaignFault(str(error)) from None


def take_back(store: Store, by: StaffAccount, campaign_id: int, now: datetime) -> None:
    """Make a draft of a campaign again that has not been started.

    Raises:
        CampaignFault: the account may not, or it has been started.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.WRITE_CAMPAIGN)
    values = {"token": None, "approved_token": None, "approved_by": None, "approved_at": None}
    event = CampaignEvent(at=now, who=by.name, what="taken back")
    _move(store, by, (campaign_id, CampaignState.DRAFT), event, values)


def approve(store: Store, by: StaffAccount, campaign_id: int, token: str, now: datetime) -> None:
    """Say that the dry run with this token may start. Never for who wrote or changed it.

    Raises:
        CampaignFault: the account may not or had a hand in it, or the dry run is another by now.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.APPROVE_CAMPAIGN)
    with store.read() as tx:
        one = _found(tx, campaign_id)
    if one.token is None or one.token != token:
        raise CampaignFault("That is not the last dry run: look at the new one and approve that.")
    values = {"approved_by": by.name, "approved_token": token, "approved_at": now}
    event = CampaignEvent(at=now, who=by.name, what="approved", note=token[:12])
    _move(store, by, (campaign_id, CampaignState.APPROVED), event, values)


def begin(tx: Transaction, one: Campaign, who: str, now: datetime) -> bool:
    """Let an approved campaign run from now on, the first few first; whether it was approved.

    The caller has made sure that nothing has changed since the dry run.
    """
    phase = Phase.CANARY if one.plan.canary_size else Phase.SAMPLE
    if phase is Phase.SAMPLE and not one.plan.sample.each:
        phase = Phase.ALL
    event = CampaignEvent(at=now, who=who, what="started", note=f"first: {phase.value}")
    moved = (CampaignState.APPROVED, CampaignState.RUNNING)
    values = {
        "started_at": now,
        "phase": phase.value,
        "watched": campaigns.written({"first_consent": campaign_counts.last_consent(tx)}),
    }
    return campaigns.move(tx, one.id, moved, event, values)


def pause(store: Store, by: StaffAccount, campaign_id: int, reason: str, now: datetime) -> None:
    """Hold a running campaign: from this moment nothing of it is begun any more.

    Raises:
        CampaignFault: the account may not, or it does not run.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.RUN_CAMPAIGN)
    says = campaigns.reason(reason.strip() or f"{by.name} paused it.")
    event = CampaignEvent(at=now, who=by.name, what="paused", note=says)
    _move(store, by, (campaign_id, CampaignState.PAUSED), event, {"held_because": says})


def resume(store: Store, by: StaffAccount, campaign_id: int, now: datetime) -> None:
    """Let a paused campaign go on. What paused it is reckoned anew from here.

    Raises:
        CampaignFault: the account may not, it is not paused, or it has expired.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.RUN_CAMPAIGN)
    with store.read() as tx:
        one = _found(tx, campaign_id)
        watched = campaigns.held(tx, campaign_id, "watched")
    if one.plan.expires_at <= now:
        raise CampaignFault("It has expired: make a new campaign for those who are left.")
    event = CampaignEvent(at=now, who=by.name, what="resumed")
    # What a person has looked at is not judged a second time: rates are reckoned from here.
    kept = {name: value for name, value in watched.items() if name not in {"marks", "judged"}}
    values: dict[str, object] = {
        "held_because": "",
        "watched": campaigns.written({**kept, "resumed": True}),
    }
    if watched.get("judged"):
        values["phase"] = (Phase.SAMPLE if one.plan.sample.each else Phase.ALL).value
    _move(store, by, (campaign_id, CampaignState.RUNNING), event, values)


def cancel(store: Store, by: StaffAccount, campaign_id: int, reason: str, now: datetime) -> None:
    """End a campaign for good: whatever of it has not left never will.

    Raises:
        CampaignFault: the account may not, or it is over.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.RUN_CAMPAIGN)
    event = CampaignEvent(at=now, who=by.name, what="cancelled", note=reason.strip())
    _move(store, by, (campaign_id, CampaignState.CANCELLED), event, {"ended_at": now})


def _found(tx: Transaction, campaign_id: int) -> Campaign:
    one = campaigns.find(tx, campaign_id)
    if one is None:
        raise CampaignFault(f"There is no campaign {campaign_id}.")
    return one


def _move(
    store: Store,
    by: StaffAccount,
    to: tuple[int, CampaignState],
    event: CampaignEvent,
    values: Mapping[str, object],
) -> None:
    campaign_id, state = to
    try:
        with store.begin() as tx:
            one = _found(tx, campaign_id)
            if not may_move(one.state, state):
                raise CampaignFault(f"It is {one.state.value}: it can't be {event.what}.")
            if not campaigns.move(tx, campaign_id, (one.state, state), event, values):
                raise CampaignFault("Somebody was quicker: look at it again.")
            what = f"{event.what.replace(' ', '_')}_campaign"
            _record(tx, by, campaign_id, replace(event, what=what))
    except StoreConflict as error:
        raise CampaignFault(str(error)) from None


def _record(tx: Transaction, by: StaffAccount, campaign_id: int, event: CampaignEvent) -> None:
    about = f"campaign {campaign_id}"
    audit.record(tx, Deed(who=by.name, what=event.what, about=about, at=event.at, note=event.note))
