"""Finds the Chromium that browser journeys drive."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CURE = "no Chromium: apt-get install chromium, or set SMSBOT_CHROMIUM=/path/to/chromium"


def chromium_or_skip() -> str:
    """The program's path. Without one the test is skipped, or fails when CI=true."""
    given = os.environ.get("SMSBOT_CHROMIUM")
    found = given or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(CURE)
    pytest.skip(CURE)
