"""`python -m tests.pump_process`: one worker process that pumps once, for tests that kill it."""

import threading

from smsbot.config import load_settings
from smsbot.wiring_sending import Sender

if __name__ == "__main__":
    Sender(load_settings()).pump(threading.Event(), linger=0.0)
