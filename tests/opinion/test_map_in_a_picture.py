"""The picture of a map: every body to be told apart, nobody lost, the same bytes each time."""

import io
import time

import numpy as np
import pytest
from hand_made import crowd, map_of, two_halves
from PIL import Image

from visavis.opinion import lettering
from visavis.opinion.describing import described, ends_of
from visavis.opinion.drawing import HEIGHT, WIDTH, picture_of, write_picture
from visavis.opinion.marks import (
    COLOURS,
    MOST_DOTS,
    SHAPES,
    colour_of_group,
    drawn_people,
    marks_of,
    shape_of_side,
)
from visavis.opinion.result import OpinionMap
from visavis.opinion.votes import Votes


def bytes_of(found: OpinionMap, **more: object) -> bytes:
    file = io.BytesIO()
    write_picture(found, file, **({"texts": {}, "title": "river"} | more))  # type: ignore[arg-type]
    return file.getvalue()


def a_crowd(n: int, *, n_sides: int = 2, n_groups: int = 4) -> OpinionMap:
    votes, group, side, places = crowd(n, n_sides=n_sides, n_groups=n_groups)
    names = tuple(f"s{place}" for place in range(n_sides))
    return map_of(votes, group, side=side, names=names, declared=True, places=places)


def n_pixels(picture: Image.Image, colour: tuple[int, int, int]) -> int:
    return int((np.asarray(picture) == np.array(colour)).all(axis=2).sum())


def marks_in(found: OpinionMap):
    low, high = (
        found.positions.of_participant.min(axis=0),
        found.positions.of_participant.max(axis=0),
    )
    return marks_of(found, low=low, high=high, cell=float((high - low).max()) / 60)


@pytest.mark.parametrize("dark", [False, True])
def test_every_group_can_be_seen(dark: bool) -> None:
    found = a_crowd(300)
    picture = picture_of(found, texts={}, title="river", dark=dark)
    assert picture.size == (WIDTH, HEIGHT)
    for group in range(4):
        assert n_pixels(picture, colour_of_group(group)[1]) > 500


def test_dark_is_dark_and_light_is_light() -> None:
    found = a_crowd(50)
    light, dark = (
        np.asarray(picture_of(found, texts={}, title="", dark=dark)).mean()
        for dark in (False, True)
    )
    assert light > 220
    assert dark < 40


@pytest.mark.parametrize("n", [200, 20_000])
def test_the_same_map_gives_the_same_bytes(n: int) -> None:
    assert bytes_of(a_crowd(n)) == bytes_of(a_crowd(n))


@pytest.mark.parametrize("n", [1, MOST_DOTS, MOST_DOTS + 1, 50_000])
def test_nobody_is_lost_between_the_marks(n: int) -> None:
    found = a_crowd(n)
    marks = marks_in(found)
    assert marks.n_people.sum() == n
    for side in range(2):
        assert marks.n_people[marks.side == side].sum() == found.sides.sizes[side]
    for group in range(found.groups.n_groups):
        assert marks.n_people[marks.group == group].sum() == found.groups.sizes[group]


def test_a_crowd_has_no_more_marks_than_squares_and_bodies() -> None:
    assert len(marks_in(a_crowd(200_000)).n_people) < 61 * 61 * 5


def test_work_grows_with_people_and_not_with_their_square() -> None:
    few, many = a_crowd(50_000), a_crowd(400_000)
    seconds = []
    for found in (few, many):
        began = time.process_time()
        marks_in(found)
        seconds.append(time.process_time() - began)
    assert seconds[1] < 8 * 4 * seconds[0]


def test_who_is_far_away_from_everybody_does_not_press_the_others_together() -> None:
    votes, group, side, places = crowd(2000, n_sides=2, n_groups=4)
    names = ("East", "West")
    near = map_of(votes, group, side=side, names=names, declared=True, places=places)
    places = places.copy()
    places[0] = (1000.0, 1000.0)
    far = map_of(votes, group, side=side, names=names, declared=True, places=places)
    colour = COLOURS[1][1]
    spread = [
        np.ptp(np.flatnonzero((np.asarray(each) == colour).all(axis=2)[:, :1180].any(axis=0)))
        for each in (picture_of(found, texts={}, title="") for found in (near, far))
    ]
    assert spread[1] > 0.8 * spread[0]


def test_colours_are_eight_and_more_and_all_different() -> None:
    assert len({colour_of_group(group)[1] for group in range(-1, 2 * len(COLOURS))}) == 15
    assert len({shape_of_side(side) for side in range(-1, 16)}) == 17
    assert len(set(SHAPES)) == 8


def test_the_words_name_every_side_and_every_group_with_its_size() -> None:
    votes, half = two_halves()
    places = np.stack([half, np.zeros(80)], axis=1)
    found = map_of(votes, half, names=("East", "West"), declared=True, places=places)
    said = " ".join(described(found, texts={0: "Open the bridge"}))
    assert "circle side East (40), square side West (40)" in said
    assert "orange group 0 (40, left)" in said
    assert "sky blue group 1 (40, right)" in said
    assert "To the right: agrees with 0 “Open the bridge”" in said


def test_who_cannot_see_the_picture_finds_the_words_in_the_file() -> None:
    votes, half = two_halves()
    found = map_of(votes, half)
    picture = Image.open(io.BytesIO(bytes_of(found)))
    assert picture.text["Description"] == "\n".join(described(found, texts={}))


def test_the_ends_of_an_axis_are_where_agreement_pulls() -> None:
    votes, half = two_halves()
    found = map_of(votes, half)
    found.positions.of_statement[:] = [[0.8, 0.0], [-0.6, 0.0], [0.0, 0.0], [0.0, 0.0]]
    right, left, up, down = ends_of(found)
    assert right.lines == ((True, 0),)
    assert left.lines == ((True, 1),)
    assert up.lines == down.lines == ()


def test_an_end_to_which_nothing_pulls_has_who_disagrees() -> None:
    votes, half = two_halves()
    found = map_of(votes, half)
    found.positions.of_statement[:] = [[0.9, 0.0], [0.4, 0.0], [0.1, 0.0], [0.0, 0.0]]
    _, left, *_ = ends_of(found)
    assert left.lines == ((False, 0), (False, 1))


def test_letters_that_the_fonts_lack_become_no_boxes() -> None:
    assert lettering.can_write("Open the bridge: Հյուսիս, Юг, Şərq, été …", 18)
    assert not lettering.can_write("橋", 18)
    assert not lettering.can_write("جسر", 18)
    votes, half = two_halves()
    found = map_of(votes, half)
    by_number = picture_of(found, texts={}, title="river")
    foreign = picture_of(found, texts={0: "橋を開く", 1: "جسر"}, title="river")
    assert foreign.tobytes() == by_number.tobytes()
    readable = picture_of(found, texts={0: "Open"}, title="river")
    assert readable.tobytes() != by_number.tobytes()


def test_the_fonts_of_the_house_are_used_where_they_can_be_read() -> None:
    assert lettering.fonts(18)[0].getname()[0] == "Noto Sans"


def test_a_pillow_that_reads_no_such_font_still_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "FONTS", ())
    lettering.fonts.cache_clear()
    lettering.font_of.cache_clear()
    votes, half = two_halves()
    try:
        assert bytes_of(map_of(votes, half), texts={0: "橋", 1: "Open"}).startswith(b"\x89PNG")
        assert not lettering.can_write("橋", 18)
    finally:
        lettering.fonts.cache_clear()
        lettering.font_of.cache_clear()


def test_lines_are_broken_to_fit() -> None:
    text = "one two three four five six seven eight nine ten"
    lines = lettering.lines_of(text, 18, width=160, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(lettering.width_of(line, 18) <= 160 for line in lines)
    assert lettering.lines_of("short", 18, width=160, most=2) == ["short"]
    (long,) = lettering.lines_of("x" * 300, 18, width=160, most=1)
    assert lettering.width_of(long, 18) <= 160


@pytest.mark.parametrize("n", [0, 1])
def test_a_map_of_nobody_is_a_picture_too(n: int) -> None:
    votes = Votes.from_arrays(np.arange(n), np.zeros(n, int), np.ones(n, int))
    found = map_of(votes, np.full(n, -1), side=np.full(n, -1))
    assert described(found, texts={})[0].startswith("The picture shows nobody")
    assert bytes_of(found).startswith(b"\x89PNG")


def test_the_legend_counts_whom_the_report_counts_drawn_or_not() -> None:
    from visavis.opinion.legend import rows_of
    from visavis.opinion.wording import Names

    votes = Votes.from_arrays(np.arange(5), np.zeros(5, int), np.ones(5, int))
    found = map_of(votes, np.array([0, 0, 0, -1, -1]), side=np.full(5, -1))
    assert not drawn_people(found)[3:].any()
    rows = {row.name: row.size for row in rows_of(Names(found), top=0, bottom=900)}
    assert rows["not grouped"] == "2"


def test_many_sides_and_groups_fit_on_the_page() -> None:
    from visavis.opinion.legend import rows_of
    from visavis.opinion.wording import Names

    found = a_crowd(600, n_sides=16, n_groups=20)
    rows = list(rows_of(Names(found), top=218, bottom=1110))
    assert len(rows) == 1 + 16 + 1 + 20 + 1
    assert rows[-1].y <= 1110.01
    assert bytes_of(found).startswith(b"\x89PNG")
