"""What a person hands in becomes plain text, and plain text becomes safe markup."""

import unicodedata
from html.parser import HTMLParser
from itertools import pairwise

import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from visavis.base.text import (
    JOINED_SCRIPTS,
    LoneSurrogateError,
    NewerCharacterError,
    clean,
    count_words,
    hidden_characters,
    inline,
    is_address_of_a_site,
    plain,
    sanitised,
    word_spans,
)
from visavis.signing.characters import newer_character

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]))
OLD_ENOUGH = st.text(
    st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\ufffd").filter(
        lambda char: not newer_character(char)
    )
)
TRICKY = st.text(
    st.sampled_from(
        "ab é\u0301ա՞ف\u200c\u200d\u200e\u200f\u202e\u2066\ufe0f👩🏽💻क\u094d\u00ad\ufeff"
        "\x00\r\n\t*_[](){}<>&\\`!:/@#\"'"
    )
)
MARKDOWN = st.lists(
    st.sampled_from(
        [
            "*",
            "**",
            "_",
            "[",
            "](",
            ")",
            "https://a.example",
            "javascript:alert(1)",
            "<b>",
            "&",
            "\\",
            " ",
            "word",
            "`",
            "![",
            "&#x202e;",
            "\n",
            "\u00a0",
            "<script>",
            '"',
            "'",
            "\u202e",
        ]
    )
).map("".join)


# clean


@given(OLD_ENOUGH | TRICKY)
@example("e\u200b\u0301")
@example("\u200c\u200c")
@example("0\ufe0f\ufe0f")
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert hidden_characters(once) == ()


@given(OLD_ENOUGH | TRICKY)
def test_a_text_with_nothing_hidden_is_only_normalised(text: str) -> None:
    if not hidden_characters(text) and not set(text) & set("\t\r\x0b\x0c\x85\u2028\u2029"):
        assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "char",
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff\u00ad\u180e\u3164\U000e0041\x00\x1b\x7f\x9f\ufffe\ufdd0\u206a\ufff9",
)
def test_a_character_that_nobody_can_see_is_taken_away_and_named(char: str) -> None:
    assert clean(f"sül{char}h") == "sülh"
    (found,) = hidden_characters(f"sül{char}h{char}")
    assert found.count == 2
    assert found.code == f"U+{ord(char):04X}"


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(LoneSurrogateError):
        clean("half \ud83d a character")


@pytest.mark.parametrize(
    "newer", ["\U0001fae8", "\U00016d67\U00016d67", "a\u0301\U00010efd", "\u1c89"]
)
def test_a_character_newer_than_unicode_14_is_refused_and_still_shown(newer: str) -> None:
    """Words are not changed behind somebody's back; a page that shows such a one does not fall."""
    with pytest.raises(NewerCharacterError) as refused:
        clean(f"sülh {newer}\u202e\ufffe")
    assert refused.value.character == newer[-1]
    assert inline(f"*{newer}*") == f"<em>{newer}</em>".replace("a\u0301", "á")
    assert plain(f"*{newer}*") == newer.replace("a\u0301", "á")


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian: without the non-joiner another spelling
        "ه\u200d",  # Arabic: an abbreviation keeps its shape
        "क्\u200dष",  # Hindi: half a letter
        "👩🏽\u200d💻 ❤\ufe0f",
        "❤\ufe0f\u200d🔥 👁\ufe0f\u200d🗨\ufe0f",  # a selector before the joiner
        "כתבו ב-C++\u200e.",
        "l’\u00a0homme",
    ],
)
def test_words_keep_what_they_are_wrong_without(text: str) -> None:
    assert clean(text) == text
    assert hidden_characters(text) == ()


LETTER_OF = {
    "ARABIC": "\u0628",
    "SYRIAC": "\u0712",
    "MANDAIC": "\u0841",
    "NKO": "\u07ca",
    "MONGOLIAN": "\u1820",
    "ADLAM": "\U0001e900",
    "HANIFI ROHINGYA": "\U00010d00",
}


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
@pytest.mark.parametrize("letter", LETTER_OF.values(), ids=LETTER_OF)
def test_a_joiner_is_kept_after_a_letter_of_each_joined_script(letter: str, joiner: str) -> None:
    assert clean(f"{letter}{joiner}{letter}") == f"{letter}{joiner}{letter}"
    assert set(LETTER_OF) == set(JOINED_SCRIPTS)


@pytest.mark.parametrize(
    "text", ["me\u200cnu", "me\u200dnu", "me\u200enu", "ме\u200fню", "me\ufe0fnu"]
)
def test_a_joiner_or_mark_that_no_word_needs_is_taken_away(text: str) -> None:
    assert clean(text) in {"menu", "меню"}


def test_every_line_end_becomes_a_line_feed_and_a_tab_a_space() -> None:
    assert clean("a\r\nb\rc\u2028d\u0085e\tf") == "a\nb\nc\nd\ne f"
    assert hidden_characters("a\r\nb\tc") == ()


# inline


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]


def elements(html: str) -> Elements:
    parser = Elements()
    parser.feed(html)
    parser.close()
    return parser


ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/beacon.png)",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg/onload=alert(1)>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<iframe srcdoc="<script>alert(1)</script>">',
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](/desk/)",
    "[x](mailto:a@b.example)",
    "[x](https://visavis.example@evil.example/)",
    '[x](https://evil.example "onmouseover=alert(1)")',
    '[x](https://evil.example/"onmouseover="alert(1))',
    "[x](<https://evil.example/ onclick=alert(1)>)",
    "[x]: https://evil.example\n[x]",
    "<https://evil.example>",
    "https://evil.example",
    "`<script>`",
    '<!--<img src="--><img src=x onerror=alert(1)//">',
    "<style>@import 'https://evil.example'</style>",
    '<meta http-equiv=refresh content="0;url=//evil.example">',
    "<base href=//evil.example>",
    '<p style="background:url(//evil.example)">',
    "**<b onmouseover=alert(1)>x**",
    "\x00<script\x00>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "</p></main><h1>Closed</h1>",
    "<dialog open><input autofocus onfocus=alert(1)>",
    "[<img src=x onerror=alert(1)>](https://a.example)",
    "*" * 3000,
    "[" * 3000,
    "[](" * 1000,
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_leaves_anything_but_words_emphasis_and_links_to_sites(attack: str) -> None:
    for html in (str(inline(attack)), str(sanitised(attack))):
        found = elements(html)
        assert found.tags <= {"a", "br", "em", "strong", "span", "bdi"}
        for tag, name, value in found.attributes:
            assert (tag, name) in {("a", "href"), ("a", "rel")}
            assert name != "href" or is_address_of_a_site(value or "")
    assert "<em>" not in inline(attack) or "*" in attack


@given(ANYTHING | TRICKY | MARKDOWN)
def test_markup_is_stable_when_sanitised_again(text: str) -> None:
    html = inline(text)
    assert sanitised(html) == html
    assert elements(html).tags <= {"a", "br", "em", "strong"}


@given(st.text(st.sampled_from("ab<>&\"'\u00a0\u202e;#/=-!?\n ")))
def test_the_short_way_for_words_without_marks_gives_the_same_characters(text: str) -> None:
    assert inline(text) == nh3.clean_text(clean(text)) or inline(text) == sanitised(inline(text))
    assert elements(inline(text)).tags <= {"br"}


def test_letters_and_marks_apart_are_shown_joined() -> None:
    """Both are everyday characters, so only their order says that they are not in form NFC."""
    assert inline("\u0627\u0653") == "\u0622"


def test_emphasis_strong_and_links_are_shown() -> None:
    assert inline("*a* **b** [c](https://d.example/e?f=1&g)") == (
        '<em>a</em> <strong>b</strong> <a href="https://d.example/e?f=1&amp;g"'
        ' rel="noopener noreferrer nofollow">c</a>'
    )


def test_a_link_that_may_not_lead_there_stays_as_it_was_typed() -> None:
    assert inline("[x](javascript:alert)") == "[x](javascript:alert)"


@pytest.mark.parametrize(
    "address",
    [
        "https://[",
        "http://[x]y",
        "https://a]b",
        "https://",
        "https:///path",
        "ftp://a.example",
        "//a.example",
        "a.example",
        "https://a.example@b.example",
        "",
    ],
)
def test_what_is_no_address_of_a_site_leads_nowhere(address: str) -> None:
    assert not is_address_of_a_site(address)
    assert "href" not in inline(f"[x]({address})")
    assert "href" not in sanitised(f'<a href="{address}">x</a>')


@pytest.mark.parametrize("address", ["https://a.example", "http://a.example/b", "https://[::1]/"])
def test_an_address_of_a_site_is_a_link(address: str) -> None:
    assert is_address_of_a_site(address)
    assert f'<a href="{address}"' in inline(f"[x]({address})")


def test_what_is_escaped_stays_text() -> None:
    assert inline(r"\*a\* 2 * 3 < 4 & 5") == "*a* 2 * 3 &lt; 4 &amp; 5"
    assert inline("&amp; &#x202e;") == "&amp;amp; &amp;#x202e;"


def test_hidden_characters_do_not_reach_a_page_even_from_signed_bytes() -> None:
    assert inline("a\u202eb *c\u200b*") == "ab <em>c</em>"
    assert inline("\ud800") == "\ufffd"


def test_the_sanitiser_keeps_language_and_direction_and_no_other_attribute() -> None:
    html = '<span lang="ar" dir="rtl" class="x" id="y">ا</span><bdi dir="evil" lang="!">b</bdi>'
    assert sanitised(html) == '<span lang="ar" dir="rtl">ا</span><bdi>b</bdi>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*a* **b** [c *d*](https://e.example)", "a b c d"),
        (r"\*a\*", "*a*"),
        ("<b>", "<b>"),
        ("no marks & all", "no marks & all"),
    ],
)
def test_plain_words_have_no_marks(text: str, words: str) -> None:
    assert plain(text) == words


# words


@pytest.mark.parametrize(
    ("language", "text", "n"),
    [
        ("az", "Bütün insanlar ləyaqət və hüquqlarına görə azad, bərabər doğulurlar.", 9),
        ("az", "Xəbər – 2014-cü ildə", 3),
        ("hy", "Ինչո՞ւ։ Կեցցե՜ խաղաղությունը, մի՛ կրակեք։", 5),
        ("hy", "Հայաստանի Հանրապետության 3-րդ հոդված՝ «Մարդը»", 5),
        ("ru", "Что-то — кое-где… и т. д.", 5),
        ("fr", "Quoi ? L'homme d’aujourd’hui, c'est-à-dire « nous »…", 5),
        ("en", "The cease-fire didn't hold--not in 3,000 places (yet).", 9),
        ("ar", "يولد جميع الناس أحرارًا ومتساوين في الكرامة والحقوق.", 8),
        ("he", 'צה״ל וצה"ל, בית־ספר', 3),
        ("zh", "人人生而自由", 6),
        ("en", "*emphasised* [two words](https://example.org/not-a-word)", 3),
        ("en", "", 0),
        ("en", " — … * ! ", 0),
        ("fa", "می\u200cخواهم", 1),
    ],
)
def test_words_are_counted_as_readers_of_the_language_count_them(
    language: str, text: str, n: int
) -> None:
    assert count_words(text, language) == n
    assert len(word_spans(text, language=language)) == n


def test_a_word_ends_before_its_punctuation() -> None:
    text = "(Ինչո՞ւ), «l’homme»."
    assert [text[a:b] for a, b in word_spans(text, language="hy")] == ["Ինչո՞ւ", "l’homme"]


@given(ANYTHING | TRICKY, st.sampled_from(["az", "hy", "ru", "fr", "en", "ar", "he", "zh"]))
def test_word_spans_are_in_order_apart_and_as_many_as_are_counted(text: str, language: str) -> None:
    spans = word_spans(text, language=language)
    assert len(spans) == count_words(text, language)
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
