from smsbot.core.editorial.checklist import CHECKLIST, signed_note, unticked


def test_every_point_must_be_ticked() -> None:
    keys = [point.key for point in CHECKLIST]

    assert unticked(keys) == ()
    for key in keys:
        assert [point.key for point in unticked(set(keys) - {key})] == [key]
    assert unticked(["something else"]) == CHECKLIST


def test_the_history_names_the_points_and_the_reviewers_own_words() -> None:
    alone = signed_note("  \n")
    assert alone.startswith("Checked: true by its sources, plain words, ")
    assert all(point.short in alone for point in CHECKLIST)
    assert signed_note("Read\n the label.") == f"{alone} Read the label."
