"""What can go wrong in the world outside, in words for the person who must act on it."""


class SmsbotError(Exception):
    """Something a person can mend: says what is wrong and what to do next, in one line.

    Never carries a phone number, a message body or a secret.
    """


class ContentFault(SmsbotError):
    """An answer file or the lexicon can't be used as it stands."""


class ScreenFault(SmsbotError):
    """The crisis screen is missing, damaged or fails its self-test: nothing starts without it."""


class StoreUnavailable(SmsbotError):
    """The database did not answer in time, or refused."""


class StoreConflict(StoreUnavailable):
    """The database answered, and refused these values: a rule of the schema forbids them."""


class SettingsFault(SmsbotError):
    """One or more settings are missing or wrong; names them all."""
