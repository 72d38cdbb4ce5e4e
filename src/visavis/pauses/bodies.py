"""The shapes of this room: what is in the bodies of its documents. Reading is strict (`kinds.bodies`).

==========  ======================================================================================
page        which page of the site these words are: ``calm-weather``
titles      its title, by language
texts       its paragraphs, by language
hours       of a pause: for how many hours it holds; always 72
==========  ======================================================================================
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from visavis.kinds.bodies import BadBodyError, Body, Filled, Language
from visavis.kinds.shapes import Shapes


class SitePageBody(Body, kw_only=True):
    page: Literal["calm-weather"]
    titles: Annotated[Mapping[Language, Filled], Meta(min_length=1)]
    texts: Mapping[Language, Annotated[tuple[Filled, ...], Meta(min_length=1)]]

    def check(self) -> None:
        """Raise BadBodyError for a language that has only a title, or only a text."""
        if set(self.titles) != set(self.texts):
            raise BadBodyError("a title without a text, or a text without a title")


class PauseBody(Body, kw_only=True):
    hours: Literal[72]


SITE_PAGE = Shapes("site-page-1", SitePageBody.from_json)
PAUSE = Shapes("pause-1", PauseBody.from_json)
