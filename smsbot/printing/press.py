"""Sets the sheets of the outreach kit: one source, as PDF, SVG or PNG. The same in, the same out.

The template, the words and the fonts lie in content/kit/; nothing is fetched, and the fonts of the
machine are not used.
"""

import io
import json
from pathlib import Path

import segno
import typst

from smsbot.core.campaigns.kit import Format, Sheet
from smsbot.core.errors import ContentFault

PIXELS_PER_INCH = {"poster": 150, "quarter": 150, "cards": 200}
"""Of a PNG: the smallest QR code keeps more than 5 pixels for each of its squares."""

_TEMPLATE, _FONTS = "sheet.typ", "fonts"


class Press:
    """Makes printable files from sheets."""

    def __init__(self, folder: Path) -> None:
        """`folder` is content/kit."""
        self._folder = folder

    def make(self, sheet: Sheet, form: Format) -> bytes:
        """The sheet as a file of this format.

        Raises:
            ContentFault: the template is missing or damaged, or the words need two sheets.
        """
        try:
            made = typst.compile(
                self._folder / _TEMPLATE,
                font_paths=[self._folder / _FONTS],
                ignore_system_fonts=True,
                format=form.value,
                ppi=PIXELS_PER_INCH[sheet.kind.value] if form is Format.PNG else None,
                sys_inputs={"sheet": json.dumps(_fields(sheet), sort_keys=True)},
            )
        except (OSError, RuntimeError) as error:
            raise ContentFault(f"The kit's {_TEMPLATE} can't be set: {error}") from None
        if not isinstance(made, bytes):
            # Several pages come as a list, whatever the library's types say.
            raise ContentFault("The words do not fit on one sheet: shorten those in kit/*.toml.")
        return made


def qr_svg(link: str) -> str:
    """The link as a QR code with its quiet zone, as SVG. A quarter of it may be damaged."""
    out = io.BytesIO()
    code = segno.make(link, error="q", micro=False)
    code.save(out, kind="svg", border=4, scale=1, xmldecl=False, svgns=True, light="#fff")
    return out.getvalue().decode()


def _fields(sheet: Sheet) -> dict[str, object]:
    return {
        "kind": sheet.kind.value,
        "lang": sheet.lang.value,
        "title": sheet.title,
        "program": sheet.program,
        "text": sheet.text,
        "number": sheet.number,
        "small": sheet.small,
        "words": sheet.words,
        "qr": qr_svg(sheet.link),
    }
