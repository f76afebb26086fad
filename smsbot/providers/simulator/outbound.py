"""A text from the bot to a phone: queued, sent, delivered, with a signed receipt for each step."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from smsbot.providers.simulator.carrier import Carrier
from smsbot.providers.simulator.errors import Refusal, refusal
from smsbot.providers.simulator.rules import Fault, Place, Rule
from smsbot.providers.simulator.texts import Direction, Status, Text

OVERTAKEN_BY_SECONDS = 3.0
"""How long a text is held so that the one after it arrives first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """What a REST call or a <Message> asks for, already checked."""

    recipient: str
    body: str
    callback_url: str | None = None
    service_sid: str | None = None
    sender: str | None = None
    """None: the account's number, which a messaging service would choose."""
    send_at: datetime | None = None
    reply_to: str | None = None
    by_carrier: bool = False


def create(carrier: Carrier, new: NewText) -> Text | Refusal:
    """A text the bot sends over REST: kept and under way, or refused when the phone has stopped."""
    if _is_blocked(carrier, new.recipient):
        carrier.trial.note("refused", code=21610, to=new.recipient, body=new.body)
        return refusal(21610)
    text = _keep(carrier, _text(carrier, new, Direction.OUTBOUND_API))
    delay = (new.send_at - carrier.clock()).total_seconds() if new.send_at else 0.0
    carrier.timeline.after(delay, lambda: _set_off(carrier, text.sid))
    return text


def reply(carrier: Carrier, new: NewText) -> Text:
    """A text the bot sent inside its TwiML. One that is blocked is kept as failed, with 21610."""
    text = _keep(carrier, _text(carrier, new, Direction.OUTBOUND_REPLY))
    if _is_blocked(carrier, new.recipient) and not new.by_carrier:
        _move(carrier, text.sid, Status.FAILED, error_code=21610)
    else:
        carrier.timeline.after(0.0, lambda: _set_off(carrier, text.sid))
    return text


def cancel(carrier: Carrier, text: Text) -> Text | Refusal:
    """Take a scheduled text back."""
    if text.status is not Status.SCHEDULED:
        return refusal(30409)
    return carrier.ledger.update(text.sid, status=Status.CANCELED) or refusal(20404)


def listed_at(carrier: Carrier, phone: str, body: str) -> datetime | None:
    """From when lists show a new text; None: at once."""
    rule = carrier.trial.pick(Place.LISTED, f"{phone}|{body}", phone)
    return carrier.clock() + timedelta(seconds=rule.seconds) if rule else None


def _keep(carrier: Carrier, text: Text) -> Text:
    carrier.trial.note(
        "accepted",
        durable=True,
        sid=text.sid,
        direction=text.direction,
        to=text.recipient,
        body=text.body,
        callback=text.callback_url,
        **{"from": text.sender},
    )
    return carrier.ledger.add(text)


def _text(carrier: Carrier, new: NewText, direction: Direction) -> Text:
    now = carrier.clock()
    if new.send_at is not None:
        status = Status.SCHEDULED
    else:
        status = Status.ACCEPTED if new.service_sid else Status.QUEUED
    return Text(
        sid=carrier.new_sid("SM"),
        direction=direction,
        sender=new.sender or carrier.account.number,
        recipient=new.recipient,
        body=new.body,
        status=status,
        created_at=now,
        updated_at=now,
        listed_at=listed_at(carrier, new.recipient, new.body),
        service_sid=new.service_sid,
        callback_url=new.callback_url,
        reply_to=new.reply_to,
        by_carrier=new.by_carrier,
    )


def _is_blocked(carrier: Carrier, phone: str) -> bool:
    return carrier.opt_outs.blocks(
        carrier.faults.opt_out, phone=phone, sender=carrier.account.number
    )


def _set_off(carrier: Carrier, sid: str) -> None:
    text = carrier.ledger.get(sid)
    if text is None or text.status.is_final:
        return
    # Twilio tells nobody about a text's first status: with a sender given that is "queued".
    if text.status is not Status.QUEUED:
        _move(carrier, sid, Status.QUEUED)
    carrier.timeline.after(carrier.pace_seconds, lambda: _hand_over(carrier, sid))


def _hand_over(carrier: Carrier, sid: str) -> None:
    text = _move(carrier, sid, Status.SENT, sent_at=carrier.clock())
    if text is None:
        return
    delay = carrier.pace_seconds + carrier.faults.late_seconds
    if carrier.is_overtaken(text.recipient):
        delay += OVERTAKEN_BY_SECONDS
    carrier.timeline.after(delay, lambda: _arrive(carrier, sid))


def _arrive(carrier: Carrier, sid: str) -> None:
    text = carrier.ledger.get(sid)
    if text is None:
        return
    rule = carrier.trial.pick(Place.HANDSET, f"{text.recipient}|{text.body}", text.recipient)
    if carrier.faults.handset_off or rule is not None:
        _move(carrier, sid, Status.UNDELIVERED, error_code=30003)
    else:
        _move(carrier, sid, Status.DELIVERED)


def _move(carrier: Carrier, sid: str, status: Status, **changes: object) -> Text | None:
    text = carrier.ledger.update(sid, status=status, **changes)
    if text is None:
        return None
    carrier.trial.note("status", sid=sid, status=status, code=text.error_code)
    if text.callback_url:
        _call_back(carrier, text, text.callback_url)
    return text


def _call_back(carrier: Carrier, text: Text, url: str) -> None:
    form = _receipt(carrier, text)
    about = f"{text.recipient}|{text.body}|{text.status}"
    rule = carrier.trial.pick(Place.RECEIPT, about, text.recipient)
    if rule is None:
        _tell(carrier, url, form)
        return
    for delay in _delays(rule, text.status, carrier.pace_seconds):
        carrier.timeline.after(delay, lambda: _tell(carrier, url, form))


def _delays(rule: Rule, status: Status, pace_seconds: float) -> tuple[float, ...]:
    """When the receipts of one status leave, in seconds from now."""
    match rule.fault:
        case Fault.RECEIPT_LOST:
            return ()
        case Fault.RECEIPT_LATE:
            return (rule.seconds,)
        case Fault.RECEIPT_TWICE:
            return (0.0, rule.seconds)
        case Fault.RECEIPT_OVERTAKEN if not status.is_final:
            return (rule.seconds or 3 * pace_seconds,)
    return (0.0,)


def _tell(carrier: Carrier, url: str, form: dict[str, str]) -> None:
    def post() -> None:
        answer = carrier.poster.post(url, form)
        carrier.trial.note(
            "receipt",
            sid=form["MessageSid"],
            status=form["MessageStatus"],
            http=answer.http_status,
        )

    carrier.timeline.soon(post)


def _receipt(carrier: Carrier, text: Text) -> dict[str, str]:
    """The fields of a status callback.

    Source: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
    (read 2026-11-23).
    """
    form = {
        "AccountSid": carrier.account.sid,
        "ApiVersion": "2010-04-01",
        "From": text.sender,
        "MessageSid": text.sid,
        "MessageStatus": text.status.value,
        "SmsSid": text.sid,
        "SmsStatus": text.status.value,
        "To": text.recipient,
    }
    if text.service_sid:
        form["MessagingServiceSid"] = text.service_sid
    if text.error_code:
        form["ErrorCode"] = str(text.error_code)
    if text.status in {Status.DELIVERED, Status.UNDELIVERED}:
        form["RawDlrDoneDate"] = f"{text.updated_at:%y%m%d%H%M}"
    return form
