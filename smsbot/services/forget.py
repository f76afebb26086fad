"""Forget a person who asked for it: delete what they wrote, what they were sent, their number.

An opt-out outlives it, or the person would be texted again by mistake: it is honoured until they
themselves start again (47 CFR 64.1200(a)(10)). It and the proof of what was agreed to are kept
under the keyed index of the number; the number is gone, and nobody can be found from the index
without knowing the number already. Sources: FCC 24-24,
https://www.govinfo.gov/content/pkg/FR-2024-03-05/html/2024-04587.htm, and for deletion the
Washington My Health My Data Act, RCW 19.373 (read 2026-11-23).
"""

from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.errors import SmsbotError
from smsbot.core.messages import E164
from smsbot.core.people import Forgotten
from smsbot.db import forget as rows
from smsbot.db import people
from smsbot.db.store import Store
from smsbot.services import audit

ELSEWHERE = (
    "Not deleted here: Twilio's own copies (delete the messages in its console), our backups until "
    "they are overwritten, and counts that hold no person."
)
"""What whoever forgets a person has to be told."""


class ForgetFault(SmsbotError):
    """The person can't be forgotten now; says why."""


def find(store: Store, number: E164) -> int:
    """The contact of a number.

    Raises:
        ForgetFault: nobody with this number is known.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        found = people.find(tx, store.sealer, number)
    if found is None:
        raise ForgetFault("Nobody with this number is known here: there is nothing to delete.")
    return found


def forget(store: Store, contact_id: int, reason: str, by: By) -> Forgotten:
    """Delete a person in one transaction, with a line in the audit log. It can't be undone.

    Raises:
        ForgetFault: there is no such contact, or a text to them is leaving at this moment.
        StoreUnavailable: the database can't be reached; nothing was deleted.
    """
    with store.begin() as tx:
        if not rows.lock(tx, contact_id):
            raise ForgetFault(f"There is no contact {contact_id}. It may have been deleted.")
        if rows.is_leaving(tx, contact_id):
            raise ForgetFault("A text to this person is leaving just now. Try again in a minute.")
        rows.end_subscriptions(tx, contact_id, by.name, reason, by.at)
        sent = rows.delete_sent(tx, contact_id)
        texts = rows.delete_texts(tx, contact_id, by.at)
        opted_out, lines = rows.empty(tx, contact_id)
        about = f"contact {contact_id}"
        audit.record(tx, Deed(who=by.name, what="forget", about=about, at=by.at, note=reason))
    return Forgotten(texts=texts, sent=sent, kept_opt_out=opted_out, kept_consents=lines)
