"""Safe text: what a person hands in, made plain, and its few marks turned into markup.

Two steps, at two times. `clean` runs once, when words come in: what it returns is what is stored and
signed. `inline` runs whenever words are shown, and trusts nothing: bytes may have been signed that no
form of ours ever saw.

What `clean` takes away, and why

- characters that change the order in which letters are read (U+202A–E, U+2066–9), since with them a
  reader sees other words than those that were signed; a paragraph's own ``dir`` does their honest work;
- characters that nobody can see (zero width, soft hyphens, fillers, variation selectors, the tags
  block): two texts that look alike must be alike, and a text must not carry a hidden mark of who held it;
- marks that strike a letter out, and every mark after the fourth on one letter: they make other words
  look struck, or climb over them;
- signs of private use (the bullets of a symbol font, say), which are another sign on every computer;
- control characters. What ends a line (CR, NEL, U+2028 and their like) becomes a line feed, and U+2029,
  which ends a paragraph, an empty line.

What it refuses, since no signature could stand under it everywhere: half of a character, characters that
Unicode 14.0 does not assign (`visavis.signing.characters`), and U+FFFD, where a letter was lost.

What it keeps, because words are wrong without it

- U+200C and U+200D after a letter of a joined script (Arabic, Syriac and their like) or after a
  virama, where they change the shape of the letter, as RFC 5892 appendix A has it; U+200D also between
  a letter and the virama of its script, and inside an emoji sequence. Anywhere else, and doubled, they
  are taken away;
- the selectors of Mongolian, and U+FE00, after a letter of a script that writes with them;
- spaces at which no line breaks (U+00A0, U+202F) and wide ones;
- U+200E, U+200F and U+061C, one at a time, in a text that has right-to-left letters: a name in Latin
  letters with a full stop comes out wrong in Arabic without them, and they can turn no letters round;
- U+FE0E and U+FE0F after a symbol.

Doors: `clean`, `hidden_characters`, `one_line`, `inline`, `sanitised`, `plain`, `as_it_is`, `without_tags`,
`word_spans`, `count_words`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token
from markupsafe import Markup

from visavis.signing.characters import newer_character
from visavis.signing.problems import BLANKS, STRIKES


class UnfitTextError(ValueError):
    """A text that cannot be signed, and that nothing can be taken from without changing its words."""


class LoneSurrogateError(UnfitTextError):
    """Half of a character: no bytes can hold it, so the text was damaged before it came here."""


class LostLetterError(UnfitTextError):
    """U+FFFD is where a letter was: the program that wrote the text did not know how to write it."""


class NewerCharacterError(UnfitTextError):
    """A character that Unicode 14.0 does not assign: machines would differ about its form NFC."""

    def __init__(self, character: str) -> None:
        super().__init__(f"U+{ord(character):04X}")
        self.character = character


@dataclass(frozen=True)
class Hidden:
    """One character that cannot be seen, or that covers others, and how often it occurs in a text."""

    character: str
    count: int

    @property
    def code(self) -> str:
        return f"U+{ord(self.character):04X}"

    @property
    def name(self) -> str:
        other = "sign of private use" if self.is_private else "control character"
        return unicodedata.name(self.character, other).lower()

    @property
    def is_private(self) -> bool:
        return unicodedata.category(self.character) == "Co"


def clean(text: str) -> str:
    """Return the text as it is stored: form NFC, no hidden or control characters but the line feed.

    Cleaning a clean text changes nothing. Raises UnfitTextError.
    """
    if EVERYDAY.fullmatch(text) and unicodedata.is_normalized("NFC", text):
        return text
    if SURROGATE.search(text):
        raise LoneSurrogateError("half of a character")
    if LOST in text:
        raise LostLetterError("U+FFFD")
    newer = newer_character(NONCHARACTERS.sub("", text))
    if newer:
        raise NewerCharacterError(newer)
    return _cleaned(text)


def one_line(text: str) -> str:
    """Return the words as one clean line, spaces and line ends folded. Raises UnfitTextError."""
    folded = SPACES.sub(" ", clean(text)).strip(" ")
    return folded if folded.strip() else ""


def _cleaned(text: str) -> str:
    kept = "".join(_kept(unicodedata.normalize("NFC", with_plain_line_ends(text))))
    return unicodedata.normalize("NFC", kept)


def hidden_characters(text: str) -> tuple[Hidden, ...]:
    """Return what `clean` would take away, in the order in which each first appears."""
    counted: Counter[str] = Counter()
    composed = unicodedata.normalize("NFC", with_plain_line_ends(text))
    for _kept_character in _kept(composed, dropped=counted.update):
        pass
    return tuple(Hidden(character, count) for character, count in counted.items())


def with_plain_line_ends(text: str) -> str:
    """Return the text with one sign for the end of a line, whatever wrote it; tabs are spaces."""
    return LINE_END.sub("\n", text.replace("\u2029", "\n\n")).replace("\t", " ")


SURROGATE = re.compile(r"[\ud800-\udfff]")
LOST = "\ufffd"
# Two at the end of each plane, and 32 more. They are taken away like control characters.
NONCHARACTERS = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
# What ends a line, wherever a text comes from; U+2029 ends a paragraph.
LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
# Spaces at which no line breaks are none of these: they stay as they were written.
SPACES = re.compile(r"[ \n]+")
# Letters, marks, digits and points that are kept wherever they stand: nearly every text has no others,
# and is looked at once instead of letter by letter. A test holds that `_is_kept` says the same.
BEYOND_ASCII = (
    "\xa1-\xac\xae-\u02ff"  # Latin
    "\u0400-\u052f\u0531-\u0556\u0559-\u058a"  # Cyrillic, Armenian
    "\u05d0-\u05ea\u060c\u061b\u061f\u0620-\u064a"  # Hebrew, Arabic without its marks
    "\u10d0-\u10fa\u2010-\u2027\u2030-\u205e\u20ac\u2116"  # Georgian, points and dashes
)
EVERYDAY = re.compile(f"[\n\x20-\x7e\xa0{BEYOND_ASCII}]*")
# The same less what is a mark of ours (*, _, [, ], backslash) or escaped in markup (&, <, >, U+00A0).
UNMARKED = re.compile(f"[\n !-%'-)+-;=?-Z^`-~{BEYOND_ASCII}]*")
JOINERS = "\u200c\u200d"
MARKS_OF_DIRECTION = "\u200e\u200f\u061c"
SELECTORS_AFTER_SYMBOLS = "\ufe0e\ufe0f"
JOINED_SCRIPTS = ("ARABIC", "SYRIAC", "MANDAIC", "NKO", "MONGOLIAN", "ADLAM", "HANIFI ROHINGYA")
# Signs that embrace a number in Arabic and Syriac: format characters, and plain to see.
SEEN_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
NEVER = "\x00"  # begins no name
VIRAMA = 9  # canonical combining class
# Which selectors choose between forms of the letters of which scripts. Those for Han letters are not
# here: there are 240 after any letter, most change nothing, and which one is there could be a mark.
SELECTORS_OF = {
    "MONGOLIAN": "\u180b\u180c\u180d\u180e\u180f",
    "MYANMAR": "\ufe00",
    "PHAGS-PA": "\ufe00",
    "MANICHAEAN": "\ufe00",
}
MOST_MARKS = 4
"""How many marks one letter may carry: no spelling needs more, and a pile of them covers other lines."""


def _kept(text: str, *, dropped: Callable[[str], object] | None = None) -> Iterator[str]:
    has_right_to_left = any(
        unicodedata.bidirectional(char) in {"R", "AL"} and char not in MARKS_OF_DIRECTION
        for char in text
    )
    before, n_marks = "", 0
    for place, char in enumerate(text):
        is_mark = unicodedata.category(char) in {"Mn", "Me"}
        if _is_kept(
            char,
            after=before,
            then=text[place + 1 : place + 2],
            has_right_to_left=has_right_to_left,
        ) and not (is_mark and n_marks == MOST_MARKS):
            before, n_marks = char, n_marks + 1 if is_mark else 0
            yield char
        elif dropped:
            dropped(char)


def _is_kept(char: str, *, after: str, then: str, has_right_to_left: bool) -> bool:
    if char == "\n":
        return True
    category = unicodedata.category(char)
    if category in {"Cc", "Co"} or (ord(char) & 0xFFFE) == 0xFFFE or "\ufdd0" <= char <= "\ufdef":
        return False
    if char in JOINERS:
        return _joins(char, after=after, then=then)
    if char in MARKS_OF_DIRECTION:
        return has_right_to_left and after not in MARKS_OF_DIRECTION
    if char in SELECTORS_AFTER_SYMBOLS:
        return bool(after) and _is_symbol(after)
    if char in SELECTORS:
        return bool(after) and char in SELECTORS_OF.get(_script(after), "")
    return char not in BLANKS and char not in STRIKES and (category != "Cf" or char in SEEN_FORMAT)


SELECTORS = frozenset("".join(SELECTORS_OF.values()))


def _script(letter: str) -> str:
    """Return the first word of a letter's name, which is its script's; empty for what is no letter."""
    is_letter = unicodedata.category(letter)[0] == "L"
    return unicodedata.name(letter, "").split(" ", 1)[0] if is_letter else ""


def _joins(char: str, *, after: str, then: str) -> bool:
    if not after or after in JOINERS:
        return False
    if unicodedata.combining(after) == VIRAMA:
        return True
    if char == "\u200d" and then and unicodedata.combining(then) == VIRAMA:
        # Bengali ra before ya-phalaa, and its like: without the joiner it is another form.
        return unicodedata.name(then, "").startswith(f"{_script(after) or NEVER} ")
    is_joined_script = unicodedata.category(after)[0] in "LM" and unicodedata.name(
        after, ""
    ).startswith(JOINED_SCRIPTS)
    # A person at a computer is two emoji and a joiner; the first may carry U+FE0F or a skin colour.
    is_emoji = char == "\u200d" and (
        after == "\ufe0f" or unicodedata.category(after) in {"So", "Sk"}
    )
    return is_joined_script or is_emoji


def _is_symbol(char: str) -> bool:
    return unicodedata.category(char)[0] == "S" or char in "0123456789#*‼⁉"


# Markup


def inline(text: str) -> Markup:
    """Return the markup of one unit: emphasis, strong, links to other sites, lines; all else is text.

    Whatever comes in, what goes out is safe, and sanitising it again gives the same characters.
    """
    if UNMARKED.fullmatch(text) and unicodedata.is_normalized("NFC", text):
        return _in_lines(Markup(text))  # noqa: S704 - no character of it means anything in markup
    text = as_it_is(text)
    if not MARKED.search(text):
        return _in_lines(Markup(_escaped(text)))  # noqa: S704 - escaped on this line
    return _in_lines(sanitised(MARKDOWN.renderInline(text)))


def _in_lines(markup: Markup) -> Markup:
    """Break the lines. No attribute that `sanitised` lets through can hold a line feed."""
    return markup.replace("\n", Markup("<br>\n"))


def without_tags(markup: Markup) -> str:
    """Return the words of what `inline` made, each space and line end as it is."""
    return Markup(TAG.sub("", markup)).unescape()  # noqa: S704 - unescaped, and markup no more


def sanitised(html: str) -> Markup:
    """Return ``html`` with the tags and attributes of `TAGS` and `ATTRIBUTES` and no others."""
    return Markup(  # noqa: S704 - this is where it is made safe
        nh3.clean(
            html,
            tags=TAGS,
            clean_content_tags={"script", "style"},
            attributes=ATTRIBUTES,
            attribute_filter=_safe_attribute,
            url_schemes={"https", "http"},
            link_rel="noopener noreferrer nofollow",
        )
    )


def as_it_is(text: str) -> str:
    """Return the words of a title or a name: there a star is a star, and nothing is a mark."""
    return _cleaned(SURROGATE.sub(LOST, text))


def plain(text: str) -> str:
    """Return the words of a unit without its marks, lines kept."""
    text = as_it_is(text)
    if not MARKED.search(text):
        return text
    return "".join(_plain(MARKDOWN.parseInline(text)))


TAGS = {"a", "bdi", "br", "em", "span", "strong"}
TAG = re.compile("<[^>]*>")
# "*" is named, since nh3 would otherwise add ``title`` to every tag.
ATTRIBUTES = {"*": {"lang", "dir"}, "a": {"href"}}
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MARKED = re.compile(r"[*_\[\]\\]")
ADDRESS_IN_LINK = re.compile(r"(?<=\]\()[^()\s]*(?=\))")


def is_address_of_a_site(address: str) -> bool:
    """Return whether a link may lead there: http or https, a host, and nobody's name before an @.

    ``https://visavis.example@elsewhere.example`` reads like one site and leads to another.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and "@" not in parts.netloc


class _Markdown(MarkdownIt):
    """Emphasis, links and the backslash. No entities: ``&#x202e;`` would bring back what is not wanted.

    A star or underscore inside a word is a letter, and so is one in a row of three or more: people hide
    names with them, and what hides a name must not go.
    """

    def __init__(self) -> None:
        super().__init__("zero", {"html": False, "linkify": False, "typographer": False})
        self.enable(["emphasis", "link", "escape"])
        self.inline.ruler.at("emphasis", _emphasis)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - its own name there
        return is_address_of_a_site(url)


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - its own signature there
    """Read one row of stars or underscores: as text where it is inside a word, or long."""
    marker = state.src[state.pos]
    if marker not in "*_" or silent:
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    before, after = state.src[state.pos - 1 : state.pos], state.src[end : end + 1]
    if end - state.pos < 3 and not (_is_in_a_word(before) and _is_in_a_word(after)):
        return emphasis.tokenize(state, silent)
    state.pending += state.src[state.pos : end]
    state.pos = end
    return True


def _is_in_a_word(char: str) -> bool:
    return bool(char) and (char in "*_" or unicodedata.category(char)[0] in "LMN")


MARKDOWN = _Markdown()


def _safe_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    if attribute == "lang":
        return value if LANGUAGE.fullmatch(value) else None
    if (tag, attribute) == ("a", "href"):
        return value if is_address_of_a_site(value) else None
    return value


def _escaped(text: str) -> str:
    """Escape as nh3 does, so that a unit without marks takes the short way to the same characters."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\u00a0", "&nbsp;")):
        text = text.replace(char, entity)
    return text


def _plain(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.children:
            yield from _plain(token.children)
        elif token.type in {"text", "text_special"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n"


# Words

# From a letter or digit to the next space, dash, or row of points.
WORD = re.compile(r"[^\W_](?:[^\s–—…\-.]|-(?!-)|\.(?!\.))*")
LETTER = re.compile(r"[^\W_]")
WITHOUT_SPACES = frozenset({"ja", "km", "lo", "my", "th", "zh"})


def word_spans(text: str, *, language: str) -> tuple[tuple[int, int], ...]:
    """Return where each word begins and ends, punctuation left out.

    A word is what an editor's own program counts: what is between spaces or dashes and has a
    letter or a digit. So *l’homme*, *cease-fire*, *3,14* and Armenian *Ինչո՞ւ*, whose question mark
    is on the vowel, are one word each. The address of a link is no word. In languages that are
    written without spaces each letter counts.
    """
    masked = _without_addresses(text)
    if _is_without_spaces(language):
        return tuple(match.span() for match in LETTER.finditer(masked))
    return tuple((match.start(), _end_of(match)) for match in WORD.finditer(masked))


def count_words(text: str, language: str) -> int:
    """Return how many words a reader of this language would count. Cost is linear in the text."""
    pattern = LETTER if _is_without_spaces(language) else WORD
    return len(pattern.findall(_without_addresses(text)))


def _without_addresses(text: str) -> str:
    if "](" not in text:
        return text
    return ADDRESS_IN_LINK.sub(lambda found: " " * len(found[0]), text)


def _is_without_spaces(language: str) -> bool:
    return language.split("-", maxsplit=1)[0] in WITHOUT_SPACES


def _end_of(match: re.Match[str]) -> int:
    """Where the word ends, without the full stop or bracket behind it."""
    word, end = match[0], match.end()
    for char in reversed(word):
        if char.isalnum() or unicodedata.category(char)[0] == "M":
            break
        end -= 1
    return end
