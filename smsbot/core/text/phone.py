"""Phone numbers as people write them."""

import phonenumbers

from smsbot.core.messages import E164

_LONGEST = 40


def read_number(written: str, region: str = "US") -> E164 | None:
    """The number that was written, or None when it can't be one.

    Without a country's code it is read as one of `region` (two letters).
    """
    if len(written) > _LONGEST:
        return None
    try:
        found = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(found):
        return None
    return E164(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))
