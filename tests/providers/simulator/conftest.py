from collections.abc import Iterator

import pytest

from tests.running_carrier import RunningCarrier, an_account, run_carrier
from tests.stub_bot import StubBot


@pytest.fixture
def bot() -> Iterator[StubBot]:
    stub = StubBot()
    yield stub
    stub.close()


@pytest.fixture
def running(bot: StubBot) -> Iterator[RunningCarrier]:
    with run_carrier(an_account(bot.url)) as carrier:
        yield carrier
