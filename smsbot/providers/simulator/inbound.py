"""A text from a phone to the bot: Twilio's opt-out filter, the signed webhook, the answer."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urljoin

from smsbot.core.messages import OptOutType
from smsbot.core.text.segments import measure
from smsbot.providers.simulator import outbound
from smsbot.providers.simulator.carrier import Account, Carrier
from smsbot.providers.simulator.faults import Faults, Repeat, WebhookFault
from smsbot.providers.simulator.outbound import NewText
from smsbot.providers.simulator.phones import place_of
from smsbot.providers.simulator.rules import Fault, Place, Rule
from smsbot.providers.simulator.texts import Direction, Exchange, Leg, Status, Text
from smsbot.providers.simulator.twiml import Reading, read_answer

LONGEST_TEXT = 1600
"""Characters of Body that Twilio passes on."""

Form = Mapping[str, str]


def send(carrier: Carrier, phone: str, body: str) -> Text:
    """A text leaves a phone. It is under way when this returns; the answer comes later."""
    now = carrier.clock()
    text = carrier.ledger.add(
        Text(
            sid=carrier.new_sid("SM"),
            direction=Direction.INBOUND,
            sender=phone,
            recipient=carrier.account.number,
            body=as_received(body),
            status=Status.RECEIVING,
            created_at=now,
            updated_at=now,
            listed_at=outbound.listed_at(carrier, phone, body),
        )
    )
    carrier.trial.note("inbound", durable=True, sid=text.sid, body=text.body, **{"from": phone})
    late = carrier.faults.late_seconds
    carrier.timeline.after(late, lambda: carrier.timeline.soon(lambda: _receive(carrier, text)))
    return text


def as_received(body: str) -> str:
    """Half a surrogate pair can't cross the air: whole pairs are joined, halves replaced."""
    whole = body.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole[:LONGEST_TEXT]


def _receive(carrier: Carrier, text: Text) -> None:
    faults = carrier.faults
    rule = carrier.trial.pick(Place.WEBHOOK, f"{text.sender}|{text.body}", text.sender)
    filtered = carrier.opt_outs.take(
        faults.opt_out, phone=text.sender, sender=text.recipient, body=text.body
    )
    kind = None
    if filtered is not None:
        own = NewText(
            recipient=text.sender,
            body=filtered.confirmation,
            reply_to=text.sid,
            by_carrier=True,
        )
        outbound.reply(carrier, own)
        kind = filtered.kind if faults.opt_out.tells_the_bot else None
    form = webhook_form(carrier.account, text, kind)
    reading = _ask_by_plan(carrier, text, faults, rule, form)
    carrier.ledger.update(text.sid, status=Status.RECEIVED)
    for answer in reading.replies:
        new = NewText(
            recipient=text.sender,
            body=answer.body,
            callback_url=_absolute(carrier, answer.callback_url),
            reply_to=text.sid,
        )
        outbound.reply(carrier, new)


def _absolute(carrier: Carrier, url: str | None) -> str | None:
    return urljoin(carrier.account.webhook_url, url) if url else None


def _ask_by_plan(
    carrier: Carrier, text: Text, faults: Faults, rule: Rule | None, form: Form
) -> Reading:
    match rule.fault if rule else None:
        case Fault.WEBHOOK_LOST:
            return Reading()
        case Fault.WEBHOOK_UNREACHABLE:
            faults = replace(faults, webhook=WebhookFault.UNREACHABLE)
        case Fault.ANSWER_LOST:
            faults = replace(faults, webhook=WebhookFault.ANSWER_LOST)
        case Fault.WEBHOOK_TWICE:
            faults = replace(faults, repeat=Repeat.PARALLEL)
    reading = _ask(carrier, text, faults, form)
    if rule and rule.fault is Fault.WEBHOOK_AGAIN:

        def again() -> None:
            _request(carrier, text, Leg.REPEAT, form)

        carrier.timeline.after(rule.seconds, lambda: carrier.timeline.soon(again))
    return reading


def _ask(carrier: Carrier, text: Text, faults: Faults, form: Form) -> Reading:
    """Request the webhook, and the fallback URL when that gave nothing Twilio could use."""
    account = carrier.account
    if faults.repeat is Repeat.PARALLEL:
        carrier.timeline.soon(lambda: _request(carrier, text, Leg.REPEAT, form))
    first = _first_request(carrier, text, faults.webhook, form)
    if faults.repeat is Repeat.AFTERWARDS:
        _request(carrier, text, Leg.REPEAT, form)
    if first.error_code is None:
        return first
    error = {
        "ErrorCode": str(first.error_code),
        "ErrorUrl": account.signed_as or account.webhook_url,
    }
    return _request(carrier, text, Leg.FALLBACK, {**form, **error})


def _first_request(carrier: Carrier, text: Text, fault: WebhookFault, form: Form) -> Reading:
    if fault is WebhookFault.UNREACHABLE:
        lost = Exchange(
            leg=Leg.PRIMARY, milliseconds=0.0, http_status=None, error_code=11205, content=""
        )
        _note(carrier, text.sid, lost)
        return Reading(error_code=11205)
    if fault is WebhookFault.ANSWER_LOST:
        _request(carrier, text, Leg.PRIMARY, form, lost=True)
        return Reading(error_code=11200)
    return _request(carrier, text, Leg.PRIMARY, form)


def _request(carrier: Carrier, text: Text, leg: Leg, form: Form, *, lost: bool = False) -> Reading:
    account = carrier.account
    if leg is Leg.FALLBACK and account.fallback_url:
        answer = carrier.poster.post(account.fallback_url, form)
    else:
        answer = carrier.poster.post(account.webhook_url, form, signed_as=account.signed_as)
    reading = Reading(error_code=11200) if lost else read_answer(answer)
    exchange = Exchange(
        leg=leg,
        milliseconds=answer.milliseconds,
        http_status=answer.http_status,
        error_code=reading.error_code,
        content=answer.content.decode("utf-8", "replace"),
    )
    _note(carrier, text.sid, exchange)
    return reading


def _note(carrier: Carrier, sid: str, exchange: Exchange) -> None:
    carrier.trial.note(
        "exchange",
        sid=sid,
        leg=exchange.leg,
        http=exchange.http_status,
        code=exchange.error_code,
        answer=exchange.content,
    )
    carrier.ledger.change(sid, lambda text: replace(text, exchanges=(*text.exchanges, exchange)))


def webhook_form(account: Account, text: Text, opt_out: OptOutType | None = None) -> dict[str, str]:
    """The fields Twilio posts for a text without media.

    Source: https://www.twilio.com/docs/messaging/guides/webhook-request (read 2026-11-23).
    """
    home = place_of(text.sender)
    form = {
        "AccountSid": account.sid,
        "ApiVersion": "2010-04-01",
        "Body": text.body,
        "From": text.sender,
        "FromCity": home.city if home else "",
        "FromCountry": "US",
        "FromState": home.state if home else "",
        "FromZip": home.zip_code if home else "",
        "MessageSid": text.sid,
        "NumMedia": "0",
        "NumSegments": str(max(1, measure(text.body).segments)),
        "SmsMessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsStatus": "received",
        "To": text.recipient,
        "ToCity": "",
        "ToCountry": "US",
        "ToState": "",
        "ToZip": "",
    }
    if account.service_sid:
        form["MessagingServiceSid"] = account.service_sid
    if opt_out is not None:
        form["OptOutType"] = opt_out.value
    return form
