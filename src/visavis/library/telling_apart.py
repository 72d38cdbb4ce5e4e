"""Files that are no plain text, known by their first bytes, each with the advice that fits.

The bytes of a file in, its words or a sentence out. The sentence goes on after the file's name.
"""

import io
import re
import zipfile

from django.utils.translation import gettext_lazy as _

from .rules import LARGEST_FILE

WORD = _(
    "is a Word file. Open it in the program that wrote it and save it as plain text, in UTF-8."
)
OLD_WORD = _(
    "is from an office program older than 2007, or an Outlook e-mail. Open it in the program that wrote "
    "it and save it as plain text, in UTF-8."
)
OPEN_DOCUMENT = _(
    "is an OpenDocument file. Open it in the program that wrote it and save it as plain text, in UTF-8."
)
RICH_TEXT = _(
    "is an RTF file. Open it in the program that wrote it and save it as plain text, in UTF-8."
)
PDF = _(
    "is a PDF file. Copy its words into a plain text file, in UTF-8; in a scan there are no words, only"
    " pictures of them."
)
WEB_PAGE = _(
    "is a web page. Open it in a browser, copy its words, and save them as plain text, in UTF-8."
)
ZIP = _("is a zip archive. Unpack it, and upload the files in it.")
PICTURE = _("is a picture. Type its words into a plain text file, in UTF-8.")
PACKED = _("is a compressed file. Unpack it, and upload the file in it.")
UTF_16 = _("is in UTF-16. Save it as UTF-8.")
NOT_UTF_8 = _("is not UTF-8: byte %(number)s fits no character. Save it as UTF-8.")
TOO_LARGE = _("is %(size)s MiB; a text may have %(most)s MiB. Divide it into several texts.")

BEGINNINGS = (
    (b"{\\rtf", RICH_TEXT),
    (b"%PDF-", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_WORD),
    (b"\x89PNG\r\n", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"\x1f\x8b", PACKED),
    (b"7z\xbc\xaf\x27\x1c", PACKED),
    (b"Rar!\x1a\x07", PACKED),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
)
# A text may begin with a sign for smaller than; a web page begins with one of these.
HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|\?xml|meta|div|p|table)\b[^<]*>", re.IGNORECASE
)


class NotPlainError(ValueError):
    """This is no plain text; the message says what it is, and what to do."""


def words_of(data: bytes, *, size: int) -> str:
    """Return the words of a file of ``size`` bytes, or raise NotPlainError. ``data`` may lack its end."""
    if size > LARGEST_FILE:
        mebibyte = 1_048_576
        said = {"size": f"{size / mebibyte:.1f}", "most": LARGEST_FILE // mebibyte}
        raise NotPlainError(TOO_LARGE % said)
    if other := why_not_plain(data):
        raise NotPlainError(other)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotPlainError(NOT_UTF_8 % {"number": error.start + 1}) from error


def why_not_plain(data: bytes) -> str | None:
    """Return what a file is if it is no plain text, and what to do; None if nothing says so."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_archive(data)
    for beginning, what in BEGINNINGS:
        if data.startswith(beginning):
            return str(what)
    if HTML.match(data.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return str(WEB_PAGE)
    return None


def _of_archive(data: bytes) -> str:
    """Word and OpenDocument keep their parts in a zip archive, under names that say what it is."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError):
        names = set()
    if any(name.startswith("word/") for name in names) or (not names and b"word/" in data[:4096]):
        return str(WORD)
    if "mimetype" in names or b"mimetypeapplication/vnd.oasis" in data[:100]:
        return str(OPEN_DOCUMENT)
    return str(ZIP)
