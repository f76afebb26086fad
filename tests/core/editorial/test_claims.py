from smsbot.core.editorial.claims import ClaimStatus, parse_claims, parse_sources
from tests.core.editorial.builders import some_claims, whats

SOURCES = '[a1]\ntitle = "A"\naddress = "https://example.org"\nread = 2026-11-23\n'


def test_claims_are_read_with_their_status() -> None:
    claims = some_claims()

    assert claims.faults == ()
    assert claims.statuses == {"C01": ClaimStatus.SUPPORTED, "C26": ClaimStatus.CONTRADICTED}
    assert claims.usable == ("C01",)
    assert claims.sources["C01"] == ("a1",)


def test_everything_wrong_with_a_claim_is_named_at_its_line() -> None:
    text = '[C01]\nwhere = ["S9"]\nstatus = "true"\nsays = 3\n\n[X]\n\n[C02]\n'

    faults = parse_claims("claims.toml", text).faults

    assert {(fault.line, fault.what) for fault in faults} >= {
        (2, "'S9' is no part of the explainer."),
        (3, "`status` is 'true'."),
        (4, "`says` is a number."),
        (6, "'X' is not a claim."),
        (8, "`says` is missing."),
    }


def test_a_claim_of_unknown_status_is_not_usable() -> None:
    claims = parse_claims("claims.toml", '[C01]\nwhere = []\nstatus = "?"\nsays = "x"\n')

    assert claims.usable == ()


def test_every_source_of_a_claim_is_in_the_table_of_sources() -> None:
    assert parse_sources("sources.toml", SOURCES, some_claims()) == []
    (fault,) = parse_sources("sources.toml", SOURCES.replace("a1", "a2"), some_claims())
    assert fault.what == "There is no source 'a1' in sources.toml."
    assert (fault.file, fault.line) == ("content/claims.toml", 6)


def test_a_source_without_an_address_or_day_is_a_fault() -> None:
    text = SOURCES.replace("https://", "").replace("read", "red")

    assert set(whats(parse_sources("sources.toml", text, some_claims()))) == {
        "Source a1 has no web address.", "`read` is missing.", "`red` is not a key of this file.",
    }  # fmt: skip


def test_files_that_are_not_tables_are_faults_and_not_crashes() -> None:
    for text in ("x", "a1 = 3", "[[C01]]\n", "\0", "C01 = []"):
        assert parse_claims("claims.toml", text).faults
        assert parse_sources("sources.toml", text, some_claims())
