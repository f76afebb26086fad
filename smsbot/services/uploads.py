"""A file of answers between its upload and the decision to take it: sealed on disk for an hour."""

import base64
import binascii
import re
import secrets
import tempfile
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from smsbot.core.editorial.roles import Permission, StaffAccount
from smsbot.core.errors import ContentFault
from smsbot.db.store import Store
from smsbot.sealing import SealBroken
from smsbot.services.check_content import FOLDERS
from smsbot.services.editorial_desk import permit
from smsbot.services.import_answers import Incoming, read_incoming
from smsbot.services.sheets import MOST_BYTES, MOST_ROWS, MOST_UNPACKED

SUFFIXES = (".csv", ".xlsx", ".zip")
KEPT = timedelta(hours=1)
GONE = "This upload is no longer here: it is kept for an hour. Choose the file again."

_TOKEN = re.compile(r"[0-9a-f]{32}")
_ODD = re.compile(r"[^\w.-]+", re.ASCII)
_ENTRY = re.compile(rf"(?:[\w.-]+/)?({'|'.join(FOLDERS)})/([a-z0-9]{{1,20}}\.(?:en|es)\.toml)")
_LARGEST_ENTRY = 262_144


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """The uploads of one installation, each for whoever sent it."""

    store: Store
    folder: Path

    def keep(self, by: StaffAccount, name: str, data: bytes, now: datetime) -> str:
        """Keep a file; returns the token that stands for it.

        Raises:
            ContentFault: it is too large, empty, or of a kind that is not read.
            NotAllowed: the account may not import.
        """
        permit(by, Permission.WRITE_DRAFT)
        suffix = Path(name).suffix.casefold()
        if suffix not in SUFFIXES:
            raise ContentFault("Choose a .csv, a .xlsx, or a .zip of the folder with .toml files.")
        if len(data) > MOST_BYTES:
            raise ContentFault(f"The file has more than {MOST_BYTES // 1_000_000} MB. Split it.")
        if not data:
            raise ContentFault("The file is empty.")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sweep(now)
        token = secrets.token_hex(16)
        stem = _ODD.sub("-", Path(name).stem)[:60] or "answers"
        text = f"{stem}{suffix}\n{base64.b64encode(data).decode()}"
        path = self._path(by, token)
        path.touch(mode=0o600)
        path.write_bytes(self.store.sealer.seal(text))
        return token

    def read(self, by: StaffAccount, token: str) -> tuple[str, tuple[Incoming, ...]]:
        """The file's name and the answers in it.

        Raises:
            ContentFault: it is gone, is another's, or can't be read.
        """
        name, data = self._opened(by, token)
        with tempfile.TemporaryDirectory(prefix="smsbot-import-") as place:
            path = Path(place) / name
            if path.suffix == ".zip":
                path = Path(place) / "unpacked"
                _unpack(data, name, path)
            else:
                path.write_bytes(data)
            try:
                found = read_incoming(path)
            except ContentFault as fault:
                raise ContentFault(str(fault).replace(f"{place}/", "")) from None
            return name, tuple(_without(f"{place}/unpacked/", one) for one in found)

    def forget(self, by: StaffAccount, token: str) -> None:
        """The file is not wanted any more."""
        if _TOKEN.fullmatch(token):
            self._path(by, token).unlink(missing_ok=True)

    def _opened(self, by: StaffAccount, token: str) -> tuple[str, bytes]:
        if not _TOKEN.fullmatch(token):
            raise ContentFault(GONE)
        try:
            text = self.store.sealer.open(self._path(by, token).read_bytes())
            name, _, coded = text.partition("\n")
            return name, base64.b64decode(coded, validate=True)
        except (OSError, SealBroken, binascii.Error):
            raise ContentFault(GONE) from None

    def _path(self, by: StaffAccount, token: str) -> Path:
        return self.folder / f"{by.id}-{token}.upload"

    def _sweep(self, now: datetime) -> None:
        for path in self.folder.glob("*.upload"):
            try:
                if path.stat().st_mtime < (now - KEPT).timestamp():
                    path.unlink()
            except FileNotFoundError:
                continue  # another process was quicker


def _unpack(data: bytes, name: str, folder: Path) -> None:
    """Write the answers of an archive to a folder, and nothing else that is in it."""
    packed = folder.with_suffix(".zip")
    packed.write_bytes(data)
    try:
        with zipfile.ZipFile(packed) as archive:
            entries = [(one, _ENTRY.fullmatch(one.filename)) for one in archive.infolist()]
            wanted = [(one, match) for one, match in entries if match]
            if sum(one.file_size for one, _ in wanted) > MOST_UNPACKED or len(wanted) > MOST_ROWS:
                raise ContentFault(f"{name} unpacks to too much. Split it.")
            for one, match in wanted:
                with archive.open(one) as file:
                    text = file.read(_LARGEST_ENTRY + 1)
                path = folder / match[1] / match[2]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise ContentFault(f"{name} is no ZIP that can be read.") from None
    if not wanted:
        raise ContentFault(
            f"{name} has no answers in it: they lie in {', '.join(FOLDERS)} as keyword.en.toml."
        )


def _without(place: str, one: Incoming) -> Incoming:
    """With the paths as they are in the archive."""
    return replace(
        one,
        place=one.place.replace(place, ""),
        faults=tuple(fault.replace(place, "") for fault in one.faults),
    )
