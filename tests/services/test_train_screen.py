"""Training the learned layer: on toy texts, and on small content folders of its own."""

import functools
from pathlib import Path

import pytest

from smsbot.core.errors import ContentFault, ScreenFault
from smsbot.core.inbound.crisis_model import load_model
from smsbot.core.inbound.crisis_phrases import readings
from smsbot.services.learn import Example, average, learn
from smsbot.services.lexicon_sampler import sample_texts
from smsbot.services.read_screen import read_screen
from smsbot.services.train_screen import (
    QUESTIONS,
    Harmless,
    Lessons,
    Trained,
    fit,
    part_of,
    train_screen,
)
from smsbot.services.training_texts import (
    plain_keywords,
    plain_questions,
    read_lexicon,
    written_texts,
)

CONTENT = Path(__file__).resolve().parents[2] / "content"
SEED = 7

CRISIS = [f"{who} want to {end} {when}" for who in ("i", "we") for end in ("die", "be dead")
          for when in ("now", "today", "tonight", "soon", "please")]  # fmt: skip
HARMLESS = [f"{who} want to {do} {what}" for who in ("i", "we") for do in ("buy", "eat", "see")
            for what in ("bread", "fish", "it now", "rice tonight", "it soon")]  # fmt: skip
LESSONS = Lessons(
    crisis=[Example(text=text, is_crisis=True) for text in CRISIS],
    sampled=[],
    harmless=HARMLESS[:5],
)


def a_content_folder(root: Path, **training: str) -> Path:
    """A folder with the real lexicon, one answer and these training files."""
    lexicon, topics, texts = (
        root / part for part in ("crisis/lexicon", "topics", "crisis/training")
    )
    for folder in (lexicon, topics, texts):
        folder.mkdir(parents=True)
    for name, text in read_lexicon(CONTENT).items():
        (lexicon / name).write_text(text, encoding="utf-8")
    (topics / "cost.en.toml").write_text(
        'keyword = "COST"\nquestions = ["how much is it", "what do i pay"]\n', encoding="utf-8"
    )
    for label, text in training.items():
        (texts / f"{label}.toml").write_text(text, encoding="utf-8")
    return root


def written(label: str, *lines: str) -> str:
    body = "\n".join(lines)
    return f'synthetic = true\nlabel = "{label}"\n[tiers]\nall = """\n{body}\n"""\n'


@functools.cache
def once_trained() -> Trained:
    return fit(LESSONS, {"shop": HARMLESS}, seed=SEED, runs=1)


def test_it_learns_to_tell_two_kinds_of_text_apart() -> None:
    model = once_trained().model

    assert all(model.fires(text) for text in CRISIS)
    assert not any(model.fires(text) for text in HARMLESS)
    assert model.fires("i really want to die")
    assert not model.fires("i really want to buy bread")


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, again, other = (
        fit(LESSONS, {"shop": HARMLESS}, seed=seed, runs=2) for seed in (SEED, SEED, SEED + 1)
    )

    assert first.weights == again.weights
    assert first.threshold == again.threshold
    assert first.weights != other.weights


def test_no_held_out_source_sets_off_more_alarms_than_it_may() -> None:
    # They look like a crisis and are called harmless: the threshold must rise above them.
    alike = ["i want to buy a dead fish", "we want to see it die down soon", "i want to be seen"]
    trained = fit(LESSONS, {"shop": HARMLESS, QUESTIONS: alike}, seed=SEED, runs=1)

    assert {one.source: one.texts for one in trained.held_out} == {"shop": 30, QUESTIONS: 3}
    assert all(one.alarms <= one.most for one in trained.held_out)
    assert trained.threshold > 0.5


def test_what_is_kept_is_what_the_screen_loads() -> None:
    trained = once_trained()

    assert load_model(trained.weights, trained.sha256).score(
        "they want to die"
    ) == trained.model.score("they want to die")


def test_an_average_lies_between_the_models_it_is_of() -> None:
    examples = [*LESSONS.crisis, *(Example(text=text, is_crisis=False) for text in HARMLESS)]
    one, two = learn(examples, seed=1), learn(examples, seed=2)

    both = average([one, two])

    assert both.bias == pytest.approx((one.bias + two.bias) / 2)
    assert both.weights[5] == pytest.approx((one.weights[5] + two.weights[5]) / 2)


def test_a_piece_that_hardly_any_text_holds_is_not_learned() -> None:
    rare = [Example(text="xylophones", is_crisis=True)]

    learned = learn([*rare, *(Example(text=t, is_crisis=False) for t in HARMLESS)], seed=SEED)
    known = learn([*rare * 3, *(Example(text=t, is_crisis=False) for t in HARMLESS)], seed=SEED)

    assert sum(weight > 0 for weight in learned.weights) == 0
    assert sum(weight > 0 for weight in known.weights) > 5


def test_texts_fall_into_parts_whatever_their_case() -> None:
    assert part_of(" Hello ") == part_of("hello")
    assert {part_of(text) for text in HARMLESS} == {0, 1, 2, 3, 4}


def test_it_trains_from_a_content_folder_and_leaves_the_lexicons_alarms_out(tmp_path: Path) -> None:
    content = a_content_folder(
        tmp_path,
        crisis=written("crisis", *CRISIS, "look for me in the stars"),
        harmless=written("harmless", *HARMLESS[:5]),
        distress=written("distress", "i feel blue"),
    )
    brought = Harmless(scored={"shop": [*HARMLESS, "i want to kill myself"]}, more=["good day"])

    trained = train_screen(content, brought, seed=SEED, runs=1)

    assert trained.counts["shop"] == len(HARMLESS)
    assert trained.counts[QUESTIONS] == 2
    assert trained.counts["more"] == 2  # "good day", and the keyword
    assert trained.counts["written-distress"] == 1
    assert trained.counts["sampled-from-lexicon"] > 1000
    assert trained.model.fires("i want to die tonight")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("label = ", "Invalid"),
        ('label = "crisis"\n[tiers]\na = "x"', "synthetic"),
        ('synthetic = true\nlabel = "other"\n[tiers]\na = "x"', "label"),
        ('synthetic = true\nlabel = "crisis"', "tiers"),
        (written("crisis", "one"), "No training texts"),
    ],
)
def test_a_damaged_training_file_is_named(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ContentFault, match=what):
        written_texts(a_content_folder(tmp_path, crisis=text))


def test_without_a_lexicon_nothing_is_trained(tmp_path: Path) -> None:
    with pytest.raises(ScreenFault):
        train_screen(tmp_path, Harmless(scored={}), seed=SEED)


def test_the_projects_own_texts_are_many_and_all_different() -> None:
    texts = written_texts(CONTENT)

    assert len(texts["crisis"]) >= 750
    assert len(texts["harmless"]) >= 300
    assert not set(texts["crisis"]) & set(texts["harmless"])
    assert not set(texts["crisis"]) & set(texts["distress"])


def test_questions_of_safety_answers_are_never_taken_for_harmless() -> None:
    questions, keywords = set(plain_questions(CONTENT)), set(plain_keywords(CONTENT))

    assert len(questions) > 1000
    assert {"FDA", "RISKS"} <= keywords
    assert not {"CRISIS", "EMERGENCY", "DV"} & keywords


def test_samples_are_what_the_lexicon_itself_would_find() -> None:
    screen = read_screen(CONTENT, learned=False)

    samples = list(sample_texts(read_lexicon(CONTENT), each=1, seed=SEED))

    assert samples == list(sample_texts(read_lexicon(CONTENT), each=1, seed=SEED))
    assert len(samples) > 500
    # A sample can miss: words picked by chance may not go together, or hold a guard's phrase.
    assert sum(screen.find(text) is not None for text in samples) > 0.9 * len(samples)


def test_a_phrase_of_the_lexicon_is_sampled_with_its_words_filled_in() -> None:
    lexicon = {
        "a.toml": 'language = "en"\nmeaning = "m"\n[key]\nend = "end stop"\n'
        '[[rule]]\nname = "r"\ntier = "active"\nsays = ["^ i <end> it (now|soon) $"]\n'
        '[[rule]]\nname = "s"\ntier = "soft"\nsays = ["never this"]\n'
    }

    samples = set(sample_texts(lexicon, each=9, seed=SEED))

    assert samples <= {f"i {e} it {w}" for e in ("end", "stop") for w in ("now", "soon")}
    assert 1 <= len(samples) <= len(readings("i (a|b) it (now|soon)")) * 4
