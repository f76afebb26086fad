"""Rings the doorbell from a thread of its own: no text waits for Redis."""

import threading

from smsbot.queues.doorbell import Doorbell


class Ringer:
    """Rings soon after it is asked to; many requests are one ring. Make it after forking."""

    def __init__(self, bell: Doorbell) -> None:
        """Start nothing yet: the thread begins with the first request."""
        self._bell = bell
        self._wanted = threading.Event()
        self._ended = False
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.heard = True
        """Whether the last ring reached the queue."""

    def ring_soon(self) -> None:
        """Ask for a ring. Never waits, never raises."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="doorbell", daemon=True)
                self._thread.start()
        self._wanted.set()

    def close(self) -> None:
        """End the thread and let go of the queue."""
        self._ended = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(timeout=2)
        self._bell.close()

    def _loop(self) -> None:
        while not self._ended:
            self._wanted.wait()
            self._wanted.clear()
            if not self._ended:
                self.heard = self._bell.ring()
