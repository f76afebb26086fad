"""The form of a campaign: read without trust, shown again as it was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from smsbot.core.campaigns.campaign import CONFIRMATION, Arm, House, Limits, Plan, Sample
from smsbot.core.editorial.publishing_time import NoSuchTime, moment
from smsbot.core.messages import Lang
from smsbot.services.campaign_views import Choices
from smsbot.web.admin.times import viewer_zone

MESSAGES = {f"message_{arm.value}_{lang.value}": (arm, lang) for arm in Arm for lang in Lang}
"""The fields in which messages are chosen."""
EVERYBODY = ""
_WHOLE = {
    "repeat_days": (0, 366), "canary_size": (0, 1_000), "canary_minutes": (1, 10_080),
    "slowest_reply_ms": (50, 15_000), "sample": (0, 1_000_000), "sample_hours": (0, 336),
}  # fmt: skip
_SHARES = ("most_errors", "most_opt_outs", "most_filtered")
_LOCAL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a filled-in form gives: a plan, or what is wrong with which field."""

    plan: Plan | None
    errors: Mapping[str, str]


def read(
    form: Mapping[str, str], choices: Choices, house: House, who: str, now: datetime
) -> Filled:
    """The plan of a form that `who` filled in."""
    errors: dict[str, str] = {}
    whole = {name: _number(form, name, ends, errors) for name, ends in _WHOLE.items()}
    shares = {name: _share(form, name, errors) for name in _SHARES}
    starts_at = _moment(form, "starts_at", errors)
    expires_at = _moment(form, "expires_at", errors)
    if expires_at is None and "expires_at" not in errors:
        errors["expires_at"] = "Say until when it may leave."
    elif expires_at is not None and expires_at <= max(now, starts_at or now):
        errors["expires_at"] = "It must expire after it starts, and later than now."
    confirmed = _sender(form, house, errors)
    messages = {
        key: int(form.get(field, ""))
        for field, key in MESSAGES.items()
        if form.get(field, "") in {str(one.id) for one in choices.messages}
    }
    errors |= _chosen(form, choices, messages)
    if errors or expires_at is None:
        return Filled(plan=None, errors=errors)
    plan = Plan(
        name=" ".join(form.get("name", "").split())[:80],
        topic=form["topic"],
        audience=choices.audiences[form.get("audience", EVERYBODY)][1],
        sender=form["sender"],
        sender_confirmed_by=who if confirmed else None,
        starts_at=starts_at,
        expires_at=expires_at,
        repeat_days=whole["repeat_days"],
        canary_size=whole["canary_size"],
        canary_minutes=whole["canary_minutes"],
        limits=Limits(**shares, slowest_reply_ms=whole["slowest_reply_ms"]),
        sample=Sample(each=whole["sample"], hours=whole["sample_hours"]),
        messages=messages,
    )
    return Filled(plan=plan, errors={})


def shown(plan: Plan | None, choices: Choices, house: House) -> dict[str, str]:
    """What the form's fields hold for a plan; None: for a new one."""
    limits, sample = (plan.limits, plan.sample) if plan else (Limits(), Sample())
    fields = {
        "name": plan.name if plan else "",
        "topic": plan.topic if plan else "",
        "audience": _audience(plan, choices),
        "sender": plan.sender if plan else house.campaigns_from or "",
        "starts_at": _local(plan.starts_at if plan else None),
        "expires_at": _local(plan.expires_at if plan else None),
        "repeat_days": str(plan.repeat_days if plan else 0),
        "canary_size": str(plan.canary_size if plan else 20),
        "canary_minutes": str(plan.canary_minutes if plan else 30),
        "slowest_reply_ms": str(limits.slowest_reply_ms),
        "sample": str(sample.each),
        "sample_hours": str(sample.hours),
        "confirm": CONFIRMATION if plan and plan.sender_confirmed_by else "",
    }
    fields |= {name: f"{getattr(limits, name) * 100:g}" for name in _SHARES}
    chosen = plan.messages if plan else {}
    return fields | {
        field: str(chosen[key]) if key in chosen else "" for field, key in MESSAGES.items()
    }


def _chosen(
    form: Mapping[str, str], choices: Choices, messages: Mapping[tuple[Arm, Lang], int]
) -> dict[str, str]:
    found = {}
    if not form.get("name", "").strip():
        found["name"] = "Give it a name."
    if form.get("topic") not in choices.topics:
        found["topic"] = "Choose the topic that people joined."
    if form.get("audience", EVERYBODY) not in choices.audiences:
        found["audience"] = "Choose who of them gets it."
    arms = {arm for arm, _ in messages}
    if Arm.A not in arms:
        found["message_A_en"] = "Choose at least one approved message."
    compares = form.get("sample", "0").strip() not in {"", "0"}
    if compares != (Arm.B in arms):
        found["sample"] = "A comparison needs a second message and the number of people for each."
    return found


def _sender(form: Mapping[str, str], house: House, errors: dict[str, str]) -> bool:
    """Whether somebody confirmed in words that it leaves from the number that answers."""
    sender = form.get("sender", "")
    if sender == house.campaigns_from:
        return False
    if sender != house.answers_from:
        errors["sender"] = "Choose the number it leaves from."
        return False
    if form.get("confirm", "").strip().casefold() != CONFIRMATION:
        errors["confirm"] = f"Answers to people in a crisis leave from it too: type {CONFIRMATION}."
        return False
    return True


def _number(
    form: Mapping[str, str], name: str, ends: tuple[int, int], errors: dict[str, str]
) -> int:
    given, (low, high) = form.get(name, "").strip() or "0", ends
    if given.isascii() and given.isdecimal() and len(given) < 10 and low <= int(given) <= high:
        return int(given)
    errors[name] = f"Write a whole number from {low:,} to {high:,}."
    return low


def _share(form: Mapping[str, str], name: str, errors: dict[str, str]) -> float:
    try:
        value = float(form.get(name, "").strip().removesuffix("%"))
    except ValueError:
        value = -1.0
    if 0 <= value <= 100:
        return value / 100
    errors[name] = "Write per cent, from 0 to 100."
    return 0.0


def _moment(form: Mapping[str, str], name: str, errors: dict[str, str]) -> datetime | None:
    given = form.get(name, "").strip()
    if not given:
        return None
    try:
        local = datetime.fromisoformat(given)
        return local.astimezone(UTC) if local.tzinfo else moment(local, viewer_zone())
    except NoSuchTime as fault:
        errors[name] = str(fault)
    except (ValueError, OverflowError):
        errors[name] = "Write a day and a time, as 2026-11-23T15:00."
    return None


def _local(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(viewer_zone()):{_LOCAL}}"


def _audience(plan: Plan | None, choices: Choices) -> str:
    """The saved audience with this very rule; the rule may have been changed since."""
    if plan is None:
        return EVERYBODY
    return next(
        (key for key, (_, rule) in choices.audiences.items() if rule == plan.audience), EVERYBODY
    )
