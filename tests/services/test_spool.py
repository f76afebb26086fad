from pathlib import Path

from sqlalchemy import select

from smsbot.core.errors import StoreUnavailable
from smsbot.core.messages import InboundMessage, OptOutType
from smsbot.db.tables import inbound
from smsbot.providers.twilio.twiml import render
from smsbot.services.receive import receive_all
from smsbot.services.spool import Spool
from tests.builders import a_sealer, a_store, an_inbound, the_catalogue


def test_what_was_kept_comes_back_whole_and_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", a_sealer())
    message = an_inbound("más info \udcff", media_count=2, opt_out_type=OptOutType.STOP)
    spool.keep(message, "<Response>más</Response>".encode())
    found: list[tuple[InboundMessage, bytes | None]] = []

    assert spool.depth() == 1
    assert spool.replay(lambda *one: found.append(one)) == 1
    assert spool.replay(lambda *one: found.append(one)) == 0
    assert found == [(message, "<Response>más</Response>".encode())]


def test_nothing_in_the_folder_can_be_read_without_the_key(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", a_sealer())
    spool.keep(an_inbound("a secret text", sender="+13105550177"), b"")

    (path,) = (tmp_path / "spool").iterdir()

    assert b"secret" not in path.read_bytes()
    assert b"3105550177" not in path.read_bytes()
    assert "3105550177" not in path.name


def test_a_database_that_is_still_down_leaves_the_texts_waiting(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", a_sealer())
    spool.keep(an_inbound("FDA"), b"")
    spool.keep(an_inbound("RISKS"), b"")

    def down(_: InboundMessage, __: bytes | None) -> None:
        raise StoreUnavailable("down")

    assert spool.replay(down) == 0
    assert spool.depth() == 2


def test_a_damaged_file_is_set_aside_and_the_others_go_on(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", a_sealer())
    (tmp_path / "spool" / "SMbad.text").write_bytes(b"nonsense")
    spool.keep(an_inbound("FDA"), b"")
    assert spool.replay(lambda *_: None) == 1
    assert [path.suffix for path in (tmp_path / "spool").iterdir()] == [".unreadable"]


def test_a_read_only_disk_costs_the_record_and_nothing_else(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", a_sealer())
    (tmp_path / "spool").rmdir()

    spool.keep(an_inbound("FDA"), b"")

    assert spool.depth() == 0


def test_a_replayed_text_is_recorded_as_late_and_queues_nothing(
    tmp_path: Path, database_url: str
) -> None:
    spool, store = Spool(tmp_path / "spool", a_sealer()), a_store(database_url)
    spool.keep(an_inbound("STOP"), b"")

    def record(message: InboundMessage, _: bytes | None) -> None:
        with store.begin() as tx:
            receive_all(tx, store, [message], the_catalogue(), render, late=True)

    assert spool.replay(record) == 1
    with store.begin() as tx:
        rows = tx.execute(select(inbound.c.late, inbound.c.topic)).all()
    store.close()
    assert [tuple(row) for row in rows] == [(True, "STOP")]
