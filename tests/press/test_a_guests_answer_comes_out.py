"""A guest's answer as readers are given it: under the name of a card, which can go and leave the words."""

from printing import Press
from test_discussions_come_out import is_whole, nowhere, page, press, talk

import cast
from talk import Talk
from visavis.signing.keys import PrivateKey

__all__ = ("press", "talk")
WORDS = "We would keep the well."


def test_a_guests_card_takes_the_name_along_and_leaves_the_answer(press: Press, talk: Talk) -> None:
    question = press.open(cast.a_question(press.site))
    guests = {"card": talk.cards["az"].id, "closer": PrivateKey.new().public.hex}
    for side in press.site.codes:
        more = {"words": WORDS, **guests} if side == "az" else {}
        press.open(cast.an_answer(press.site, to=question, side=side, **more))
    press.release()
    html = page(press, question, at="questions")
    assert "Sakit Çay" in html
    assert WORDS in html
    assert nowhere(press, "Sakit")
    talk.closes(talk.cards["az"])
    press.release()
    assert nowhere(press, "Sakit") == []
    html = page(press, question, at="questions")
    assert "A participant of: Side az (en)" in html
    assert WORDS in html
    is_whole(press)
