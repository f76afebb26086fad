"""What the test run itself promises: nothing leaves this machine, and warnings are errors."""

import os
import socket
import warnings

import pytest
from hypothesis import settings


def test_a_test_cannot_reach_another_machine() -> None:
    with pytest.raises(ConnectionRefusedError, match="leave this machine"), socket.socket() as one:
        one.connect(("192.0.2.1", 80))


def test_a_test_can_reach_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as one:
        one.connect(server.getsockname())


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning):
        warnings.warn("seen", stacklevel=1)


def test_a_socket_left_open_is_noticed() -> None:
    left = [socket.socket()]

    with pytest.warns(ResourceWarning):
        left.clear()


def test_property_tests_are_the_same_in_every_run_on_ci() -> None:
    assert settings().deadline is None
    assert settings().derandomize is bool(os.environ.get("CI"))
