"""Which lines are one paragraph: verse stays verse, wrapped mail is joined, word processors' lines part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.base.lines import Lines, paragraphs_of, reading_of, typed
from visavis.base.text import as_it_is, clean, hidden_characters, inline, one_line, plain

VERSE = "Qar yağır pəncərəyə,\nişıq küncdə dayanıb,\nçay soyuyub."
WRAPPED = (
    "This paragraph was wrapped by a mail program at about seventy columns, so\n"
    "that it has several lines, which belong to one paragraph and are rightly\n"
    "joined."
)
ADDRESS = "К. А.\nул. Садовая, 12\n14 мая 2019"


def test_verse_and_an_address_keep_their_lines() -> None:
    assert paragraphs_of(f"{VERSE}\n\n{ADDRESS}") == (VERSE, ADDRESS)


def test_mail_that_a_program_wrapped_is_joined() -> None:
    assert paragraphs_of(WRAPPED) == (WRAPPED.replace("\n", " "),)


def test_an_address_on_the_web_does_not_make_wrapped_mail_look_unwrapped() -> None:
    long = WRAPPED.replace("joined", "https://example.org/" + "x" * 100 + "\njoined")
    assert len(paragraphs_of(long)) == 1
    assert "\n" not in paragraphs_of(long)[0]


def test_two_lines_that_fill_the_column_of_the_others_are_joined_whatever_they_begin_with() -> None:
    two = (
        "Among those who wrote to us in the first week after the closing were also\nAnna and Karim."
    )
    assert reading_of(two.split("\n")) is Lines.KEPT
    assert paragraphs_of(f"{WRAPPED}\n\n{two}")[1] == two.replace("\n", " ")


def test_lines_longer_than_any_column_are_paragraphs() -> None:
    one = (
        "The first paragraph explains what we asked for in spring and who replied to us by telephone. "
        * 2
    )
    found = paragraphs_of(f"Dear all,\n{one}\n{one}\nThe readers")
    assert found == ("Dear all,", one.strip(), one.strip(), "The readers")


@pytest.mark.parametrize("end", ["\r", "\r\n", "\x85", "\u2028", "\x0b", "\x0c"])
def test_whatever_ends_a_line_two_of_them_part_paragraphs(end: str) -> None:
    assert paragraphs_of(f"One.{end}{end}Two,{end}three.") == ("One.", "Two,\nthree.")


def test_a_paragraph_separator_parts_paragraphs() -> None:
    assert paragraphs_of("One.\u2029Two.") == ("One.", "Two.")


@pytest.mark.parametrize("white", [" ", "\t", "\u00a0", "\u3000", "\u2003 \u00a0", "\u202f"])
def test_a_line_of_nothing_but_white_space_is_empty(white: str) -> None:
    assert paragraphs_of(f"One.\n{white}\nTwo.") == ("One.", "Two.")


def test_a_backslash_keeps_a_line_that_would_be_joined() -> None:
    first, *others = WRAPPED.split("\n")
    assert paragraphs_of("\n".join([first + "\\", *others])) == (f"{first}\n{' '.join(others)}",)


LINES = st.lists(st.text("ab A1\\", max_size=130), min_size=1, max_size=6).map("\n".join)


@given(LINES)
def test_what_could_have_been_typed_is_read_as_the_same_paragraphs(text: str) -> None:
    found = paragraphs_of(text)
    assert paragraphs_of("\n\n".join(map(typed, found))) == found


# letters


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2007", "\u3000"])
def test_a_space_at_which_no_line_breaks_stays(space: str) -> None:
    assert one_line(f"«{space}Venez{space}!  Oui") == f"«{space}Venez{space}! Oui"
    assert paragraphs_of(f"12{space}000 \t francs") == (f"12{space}000 francs",)


@pytest.mark.parametrize(
    "text",
    [
        "Г-н М***в и г-жа К***а ждали 2*3*4 дня",
        "the m*nister and f**k",
        "К*** и М*** писали, А*** нет",
        "file_name_here",
        "снова ***, и опять ___",
    ],
)
def test_a_star_or_underscore_inside_a_word_is_a_letter(text: str) -> None:
    assert plain(text) == text
    assert inline(text) == text


def test_emphasis_at_the_edges_of_words_is_still_emphasis() -> None:
    assert inline("*so*, _so_ and «**so**»") == "<em>so</em>, <em>so</em> and «<strong>so</strong>»"


def test_lines_are_shown_as_lines_also_within_emphasis() -> None:
    assert inline("one\n*two\nthree* & four") == "one<br>\n<em>two<br>\nthree</em> &amp; four"


@pytest.mark.parametrize(
    "text",
    [
        "\u09b0\u200d\u09cd\u09af\u09be\u09ac",  # Bengali ra before ya-phalaa
        "\u1820\u180b\u1828\u180e\u1820",  # Mongolian, a variant and a vowel apart
        "\u1000\ufe00\u1039",  # Myanmar, a dotted form
    ],
)
def test_a_joiner_or_selector_that_makes_another_letter_stays(text: str) -> None:
    assert clean(text) == text
    assert hidden_characters(text) == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\u200d\u09cd", "a\u09cd"),  # a virama of another script
        ("a\u180bb", "ab"),
        ("\u1820\ufe00", "\u1820"),
        ("\u6f22\U000e0100", "\u6f22"),  # 240 of them after any Han letter: one could be a mark
    ],
)
def test_a_joiner_or_selector_that_makes_no_other_letter_goes_and_is_named(
    text: str, left: str
) -> None:
    assert clean(text) == left
    assert len(hidden_characters(text)) == 1


def test_a_fifth_mark_on_a_letter_goes() -> None:
    pile = "ш" + "\u0301\u0302\u0303\u0304\u0306\u0307" * 5
    assert clean(f"Ва{pile}а") == "Ва" + pile[:5] + "а"
    assert sum(each.count for each in hidden_characters(pile)) == 26
    assert as_it_is(pile) == pile[:5]


@pytest.mark.parametrize("strike", "\u0334\u0335\u0336\u0337\u20d2\u20e5")
def test_a_mark_that_strikes_letters_goes(strike: str) -> None:
    struck = "".join(letter + strike for letter in "sülh")
    assert clean(struck) == "sülh"
    assert inline(struck) == "sülh"
    assert hidden_characters(struck)[0].count == 4
    assert clean("a ≠ b") == "a ≠ b"


def test_a_sign_of_private_use_goes_and_a_lost_letter_is_refused() -> None:
    from visavis.base.text import LostLetterError

    assert clean("\uf0b7 one") == " one"
    assert hidden_characters("\uf0b7")[0].is_private
    with pytest.raises(LostLetterError):
        clean("s\ufffdlh")
