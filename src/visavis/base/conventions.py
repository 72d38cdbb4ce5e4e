"""How each language of the interface writes days, numbers and lists, and what it calls the others.

A page's bytes must be the same on every machine that makes it again. The data of the Unicode consortium
change from year to year, so what pages show is written down here, once for each language.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Conventions:
    """``day`` is a pattern of day, month and year; ``months`` has their names as they stand in a
    date, January first, with a space between.

    ``thousands`` comes between groups of three digits, ``and_`` before the last name of a list.
    ``names`` has the languages of the interface, as a message has them that has a word for language.
    """

    day: str
    months: str
    thousands: str
    and_: str
    names: Mapping[str, str]


def _languages(**names: str) -> Mapping[str, str]:
    return names


CONVENTIONS: Mapping[str, Conventions] = {
    "az": Conventions(
        day="{day} {month} {year}",
        months=("yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr"),
        thousands=".",
        and_="və",
        names=_languages(az="azərbaycan", hy="erməni", en="ingilis", ru="rus", fr="fransız"),
    ),
    "hy": Conventions(
        day="{day} {month}, {year}",
        months=(
            "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի"
            " օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի"
        ),
        thousands="\u00a0",
        and_="և",
        names=_languages(
            az="ադրբեջաներեն", hy="հայերեն", en="անգլերեն", ru="ռուսերեն", fr="ֆրանսերեն"
        ),
    ),
    "en": Conventions(
        day="{day} {month} {year}",
        months=(
            "January February March April May June July August September October November December"
        ),
        thousands=",",
        and_="and",
        names=_languages(az="Azerbaijani", hy="Armenian", en="English", ru="Russian", fr="French"),
    ),
    "ru": Conventions(
        day="{day} {month} {year}",
        months=(
            "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
        ),
        thousands="\u00a0",
        and_="и",
        names=_languages(
            az="азербайджанский",
            hy="армянский",
            en="английский",
            ru="русский",
            fr="французский",
        ),
    ),
    "fr": Conventions(
        day="{day} {month} {year}",
        months=(
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
        ),
        thousands="\u202f",
        and_="et",
        names=_languages(
            az="azerbaïdjanais", hy="arménien", en="anglais", ru="russe", fr="français"
        ),
    ),
}
