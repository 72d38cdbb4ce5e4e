"""A frame filled is the page that the template alone would have made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from markupsafe import Markup

from visavis.pages.frame import Frame

TEMPLATE = Environment(autoescape=True).from_string(
    '<a title="{{ title }}">{{ title }}</a>{{ body }}é'
)


def frame() -> Frame:
    return Frame.made_by(lambda holes: TEMPLATE.render(**holes), holes=("title", "body"))


@given(title=st.text(), body=st.text(), is_safe=st.booleans())
def test_a_filled_frame_is_what_the_template_renders(
    title: str, body: str, *, is_safe: bool
) -> None:
    title = title.encode(errors="ignore").decode()
    shown = Markup(body.encode(errors="ignore").decode())  # noqa: S704
    values = {"title": title, "body": shown if is_safe else str(shown)}
    assert frame().filled(**values).decode() == TEMPLATE.render(**values)


def test_a_value_with_the_mark_of_a_hole_opens_no_hole() -> None:
    assert b"\x00body\x00" in frame().filled(title="\x00body\x00", body="words")


def test_a_missing_value_and_a_hole_that_is_nowhere_are_errors() -> None:
    with pytest.raises(KeyError):
        frame().filled(title="alone")
    with pytest.raises(ValueError, match="nowhere"):
        Frame.made_by(lambda holes: TEMPLATE.render(**holes), holes=("title", "body", "nowhere"))
