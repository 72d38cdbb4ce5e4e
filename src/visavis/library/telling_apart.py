"""Files that are no plain text, known by their first bytes, each with the advice that fits.

Pure: the bytes of a file in, a sentence or nothing out.
"""

import io
import re
import zipfile

AS_TEXT = "Open it in the program that wrote it and save it as plain text, in UTF-8."
WORD = f"is a Word file. {AS_TEXT}"
OLD_WORD = f"is a file of an office program of before 2007, or a mail of Outlook. {AS_TEXT}"
OPEN_DOCUMENT = f"is an OpenDocument file. {AS_TEXT}"
RICH_TEXT = f"is an RTF file. {AS_TEXT}"
PDF = (
    "is a PDF file. Copy its words into a plain text file, in UTF-8; in a scan there are no words, only"
    " pictures of them."
)
WEB_PAGE = (
    "is a web page. Open it in a browser, copy its words, and save them as plain text, in UTF-8."
)
ZIP = "is a zip archive. Unpack it, and give the files in it."
PICTURE = "is a picture. Type its words into a plain text file, in UTF-8."
PACKED = "is a packed file. Unpack it, and give the file in it."
UTF_16 = "is in UTF-16. Save it as UTF-8."

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


def why_not_plain(data: bytes) -> str | None:
    """Return what a file is if it is no plain text, and what to do; None if nothing says so."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_archive(data)
    for beginning, what in BEGINNINGS:
        if data.startswith(beginning):
            return what
    if HTML.match(data.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return WEB_PAGE
    return None


def _of_archive(data: bytes) -> str:
    """Word and OpenDocument keep their parts in a zip archive, under names that say what it is."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError):
        names = set()
    if any(name.startswith("word/") for name in names) or (not names and b"word/" in data[:4096]):
        return WORD
    if "mimetype" in names or b"mimetypeapplication/vnd.oasis" in data[:100]:
        return OPEN_DOCUMENT
    return ZIP
