"""Serves the fake system with our real gunicorn; run by test_serving in a process of its own.

Usage: serve_fake.py PORT FOLDER WORKERS. A text "slow" is answered after a second; closing
writes a file.
"""

import os
import sys
import time
from pathlib import Path

from smsbot import logs
from smsbot.cli.web import Server, share_metrics
from smsbot.core.messages import InboundMessage
from tests.web.fake_system import FakeSystem, echo


def slowly(message: InboundMessage) -> bytes:
    if message.body == "slow":
        time.sleep(1)
    if message.body == "boom":
        raise RuntimeError("boom for +16175550100")
    return echo(message)


def main(port: str, folder: str, workers: str) -> None:
    class Closing(FakeSystem):
        def close(self) -> None:
            Path(folder, "closed").write_text(str(os.getpid()))

    logs.configure()
    if workers != "1":
        share_metrics(Path(folder, "metrics"))
    options = {"bind": f"127.0.0.1:{port}", "workers": int(workers), "threads": 8}
    Server(lambda: Closing(answer=slowly), options).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
