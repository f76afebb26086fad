"""A printed sheet is read back by a QR decoder, also from a bad photo of a bad copy."""

import random
import tomllib
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter

from smsbot.core.campaigns.kit import Format, Kind, Sheet, shown, sms_link
from smsbot.core.errors import ContentFault
from smsbot.core.messages import E164, Lang
from smsbot.printing.press import Press
from tests.builders import CONTENT

PRESS = Press(CONTENT / "kit")
NUMBER = E164("+15005550006")
ON_A_SHEET = {Kind.POSTER: 1, Kind.QUARTER: 4, Kind.CARDS: 10}


def a_sheet(kind: Kind, lang: Lang = Lang.EN, text: str = "FDA K7") -> Sheet:
    words = tomllib.loads((CONTENT / "kit" / f"{lang.value}.toml").read_text())
    return Sheet(
        kind=kind,
        lang=lang,
        title=f"Poster {text}",
        program="Ketamine Info Line",
        text=text,
        number=shown(NUMBER),
        link=sms_link(NUMBER, text),
        words=words,
        small=words["small"].replace("{program}", "Ketamine Info Line"),
    )


def printed(sheet: Sheet, tmp_path) -> Image.Image:
    path = tmp_path / "sheet.png"
    path.write_bytes(PRESS.make(sheet, Format.PNG))
    return Image.open(path).convert("RGB")


def read(image: Image.Image) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("kind", Kind)
def test_every_code_on_a_sheet_opens_the_text(kind: Kind, lang: Lang, tmp_path) -> None:
    text = "FDA K7" if lang is Lang.EN else "ADVERTENCIA M49"

    found = read(printed(a_sheet(kind, lang, text), tmp_path))

    assert found == [f"sms:+15005550006?&body={text.replace(' ', '%20')}"] * ON_A_SHEET[kind]


@pytest.mark.parametrize("angle", [7, 45, 90, 180, 263])
def test_it_is_read_at_any_angle(angle: int, tmp_path) -> None:
    turned = printed(a_sheet(Kind.POSTER), tmp_path).rotate(angle, expand=True, fillcolor="grey")

    assert read(turned) == [sms_link(NUMBER, "FDA K7")]


def test_it_is_read_from_a_grey_blurred_noisy_and_faded_copy(tmp_path) -> None:
    copy = printed(a_sheet(Kind.POSTER), tmp_path).convert("L")
    copy = ImageEnhance.Contrast(copy.resize((640, 828))).enhance(0.4)
    copy = copy.filter(ImageFilter.GaussianBlur(1.2))
    chance = random.Random(988)
    noise = bytes(max(0, min(255, value + chance.randint(-28, 28))) for value in copy.tobytes())

    assert read(Image.frombytes("L", copy.size, noise)) == [sms_link(NUMBER, "FDA K7")]


def test_it_is_read_with_a_stain_on_it(tmp_path) -> None:
    poster = printed(a_sheet(Kind.POSTER), tmp_path)
    where = zxingcpp.read_barcodes(poster)[0].position
    middle = ((where.top_left.x + where.bottom_right.x) // 2,
              (where.top_left.y + where.bottom_right.y) // 2)  # fmt: skip
    side = (where.bottom_right.x - where.top_left.x) // 6
    poster.paste("black", (*middle, middle[0] + side, middle[1] + side))

    assert read(poster) == [sms_link(NUMBER, "FDA K7")]


def test_a_sheet_is_black_and_white(tmp_path) -> None:
    colours = printed(a_sheet(Kind.POSTER), tmp_path).getcolors(1 << 24)

    assert colours is not None
    assert all(red == green == blue for _, (red, green, blue) in colours)


@pytest.mark.parametrize("form", Format)
def test_the_same_sheet_is_the_same_file(form: Format) -> None:
    sheet = a_sheet(Kind.CARDS, Lang.ES)

    assert PRESS.make(sheet, form) == Press(CONTENT / "kit").make(sheet, form)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("kind", Kind)
def test_all_of_it_fits_on_one_sheet(kind: Kind, lang: Lang) -> None:
    long = a_sheet(kind, lang, "INTERACCIONES M49")

    assert PRESS.make(long, Format.SVG).startswith(b"<svg")


def test_words_that_need_a_second_sheet_are_refused() -> None:
    long = replace(a_sheet(Kind.POSTER), small="Many words. " * 400)

    with pytest.raises(ContentFault, match="one sheet"):
        PRESS.make(long, Format.SVG)


@pytest.mark.parametrize("lang", Lang)
def test_988_and_the_law_part_are_among_the_words(lang: Lang) -> None:
    words = tomllib.loads((CONTENT / "kit" / f"{lang.value}.toml").read_text())

    assert "988" in words["crisis"]
    assert "988" in words["card_crisis"]
    assert "911" in words["crisis_more"] + words["card_crisis"]
    for name in ("small", "small_topic", "card_small", "card_small_topic"):
        assert "STOP" in words[name]
        assert "{program}" in words[name]
        assert "data rates may apply" in words[name] or "tarifas de mensajes" in words[name]


def test_a_missing_template_is_said_in_words(tmp_path) -> None:
    with pytest.raises(ContentFault, match=r"sheet\.typ"):
        Press(tmp_path).make(a_sheet(Kind.POSTER), Format.PDF)


@pytest.mark.parametrize(
    ("number", "written"),
    [("+12125550123", "(212) 555-0123"), ("+442071838750", "+442071838750"), ("242733", "242733")],
)
def test_a_number_is_written_as_people_read_it(number: str, written: str) -> None:
    assert shown(E164(number)) == written
