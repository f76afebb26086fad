"""A database as it is after a busy quarter: texts, people, the outbox and answers, made in bulk."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from bench.routing import synthetic
from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.core.messages import Lang
from smsbot.db import staff
from smsbot.db.store import Store
from smsbot.services import count_days, editorial
from smsbot.services.passwords import hash_password
from smsbot.services.seed import seed_answers

DAYS = 90
PASSWORD = "many quiet words in a row"

_NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS"
    " (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :upto)",
    "postgresql": "WITH numbers(n) AS (SELECT generate_series(CAST(:first AS bigint), :upto - 1))",
}
_BEFORE = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :now, '-' || ({0}) || ' seconds')",
    "postgresql": "CAST(:now AS timestamptz) - ({0}) * interval '1 second'",
}
_LATER = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :now, '+20 days')",
    "postgresql": "CAST(:now AS timestamptz) + interval '20 days'",
}
_JSON = {"sqlite": ("", ""), "postgresql": ("CAST(", " AS json)")}
_SID = {
    "sqlite": "printf('SM%032x', n)",
    "postgresql": "'SM' || lpad(to_hex(n), 32, '0')",
}
_CONTACTS = """INSERT INTO contact (id, number_index, number_sealed, lang, lang_chosen, greeted,
    opted_out, created_at, seen_at, care_until)
    {numbers} SELECT n, 'p' || n, :number, CASE WHEN n % 6 = 0 THEN 'es' ELSE 'en' END,
    false, true, false, {seen}, {seen}, CASE WHEN n % 150 = 1 THEN {later} END FROM numbers"""
# One in a hundred a crisis, six in a hundred without an answer, one in six in Spanish.
_INBOUND = """INSERT INTO inbound (sid, contact_id, recipient, body_sealed, media_count,
    received_at, step, tier, topic, lang, why, reply)
    {numbers} SELECT {sid}, 1 + (n * 7) % :people, '+15005550006', :body, 0, {at},
    CASE WHEN n % 100 = 3 THEN 'crisis' WHEN n % 100 < 3 THEN 'compliance'
         WHEN n % 100 < 10 THEN 'menu' WHEN n % 3 = 0 THEN 'question' ELSE 'keyword' END,
    CASE WHEN n % 100 = 3 THEN 'active' WHEN n % 100 = 50 THEN 'soft' END,
    CASE WHEN n % 100 = 3 THEN 'CRISIS' WHEN n % 100 < 3 THEN 'STOP'
         WHEN n % 100 < 10 THEN NULL ELSE 'TOPIC' || (n % 40) END,
    CASE WHEN n % 6 = 0 THEN 'es' ELSE 'en' END,
    {why_begins}CASE WHEN n % 100 BETWEEN 4 AND 9 THEN '{{"rule": "unknown"}}'
         ELSE '{{"rule": "keyword.exact"}}' END{why_ends}, :reply
    FROM numbers"""
_OUTBOX = """INSERT INTO outbox (dedupe_key, sequence_key, part, lane, contact_id, sender,
    number_sealed, number_index, body_sealed, segments, state, due_at, expires_at, error_code,
    created_at, updated_at)
    {numbers} SELECT 'reply:' || {sid} || '\\:1', 'reply:' || {sid}, 1, 10, 1 + (n * 7) % :people,
    '+15005550006', :number, 'p' || (1 + (n * 7) % :people), :body, 2,
    CASE n % 200 WHEN 0 THEN 'failed' WHEN 1 THEN 'undelivered' WHEN 2 THEN 'expired'
         ELSE 'delivered' END, {at}, {at},
    CASE n % 200 WHEN 0 THEN 30007 WHEN 1 THEN 30003 END, {at}, {at} FROM numbers"""
_ALERTS = """INSERT INTO crisis_alert (inbound_sid, tier, at, acknowledged_by, acknowledged_at)
    SELECT sid, tier, received_at, CASE WHEN id % 50 <> 0 THEN 'bench' END,
    CASE WHEN id % 50 <> 0 THEN received_at END FROM inbound WHERE tier = 'active'"""
_WAITING = "UPDATE outbox SET state = 'human' WHERE state = 'failed' AND id % 50 = 0"
_CHUNK = 50_000


def name_of(role: Role) -> str:
    """The name of the account that has this role."""
    return f"bench {role}"


def fill(store: Store, texts: int, answers: int) -> int:
    """Put it all there; the newest text has just come. The id of a draft that is being written."""
    people = max(texts // 5, 10)
    now = datetime.now(UTC)
    values = {
        "people": people,
        "number": store.sealer.seal("+12025550101"),
        "body": store.sealer.seal("what are the risks of taking ketamine at home"),
        "reply": b"<Response><Message><Body>A made-up answer.</Body></Message></Response>",
    }
    apart = DAYS * 86_400 / texts
    _chunks(store, _CONTACTS, people, values, now, f"(:upto_all - n) * {DAYS * 86_400 / people}")
    _chunks(store, _INBOUND, texts, values, now, f"(:upto_all - n) * {apart}")
    _chunks(store, _OUTBOX, texts // 3, values, now, f"(:upto_all - n) * {apart * 3}")
    with store.begin() as tx:
        for statement in (_ALERTS, _WAITING):
            tx.execute(text(statement))
        _next_ids(tx)
    _answers(store, answers, now)
    _accounts(store, now)
    draft = _draft(store, now)
    while count_days.run(store, now) > _SETTLING:
        pass
    with store.begin() as tx:
        tx.execute(text("ANALYZE"))
    return draft


_SETTLING = 3


def _chunks(
    store: Store,
    statement: str,
    number: int,
    values: dict[str, object],
    now: datetime,
    ago: str,
) -> None:
    kind = store.engine.dialect.name
    at = _BEFORE[kind].format(ago.replace(":upto_all", str(number)))
    later = _LATER[kind]
    begins, ends = _JSON[kind]
    places = {"at": at, "seen": at, "later": later, "why_begins": begins, "why_ends": ends}
    sql = statement.format(numbers=_NUMBERS[kind], sid=_SID[kind], **places)
    moment = now.strftime("%Y-%m-%d %H:%M:%S") if kind == "sqlite" else now
    for first in range(1, number + 1, _CHUNK):
        upto = min(first + _CHUNK, number + 1)
        wanted = {**values, "now": moment, "first": first, "upto": upto}
        used = {name: value for name, value in wanted.items() if f":{name}" in sql}
        with store.begin() as tx:
            tx.execute(text(sql), used)


def _next_ids(tx: Connection) -> None:
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT setval('contact_id_seq', (SELECT max(id) FROM contact))"))


def _answers(store: Store, number: int, now: datetime) -> None:
    """Live answers, two languages a keyword."""
    made = synthetic(number // 2)
    both = [
        replace(one, lang=lang, aliases=one.aliases if lang is Lang.EN else ())
        for one in made
        for lang in Lang
    ]
    seed_answers(store, both, now)


def _accounts(store: Store, now: datetime) -> None:
    secret = hash_password(PASSWORD)
    with store.begin() as tx:
        for role in Role:
            account = StaffAccount(
                id=0,
                name=name_of(role),
                role=role,
                created_at=now,
                disabled_at=None,
                session_epoch=0,
            )
            staff.add(tx, account, secret)


def _draft(store: Store, now: datetime) -> int:
    """A draft of a live answer; its id."""
    with store.begin() as tx:
        author = next(one for one in staff.everyone(tx) if one.role is Role.AUTHOR)
    return editorial.begin(store, author, ("TOPIC7", Lang.EN), now).id
