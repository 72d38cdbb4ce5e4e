"""When this room is loaded it says where a participant writes, what waits for them and what goes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionsConfig(AppConfig):
    """The room of discussions."""

    name = "visavis.discussions"

    def ready(self) -> None:
        from visavis.base import my_page
        from visavis.people import leaving
        from visavis.safety import housekeeping

        from . import deciding, heard, news_views, translating, waiting, writing

        my_page.add_to_menu("writing:discussions", _("Discussions"), place=20)
        my_page.add_to_menu("writing:heard", _("Hearing one another"), place=25)
        my_page.add_to_menu("writing:words", _("My words"), place=30)
        my_page.add_to_menu("translating:own", _("My translations"), place=35)
        housekeeping.each_day(
            "discussions", lambda today: deciding.forget_what_is_past(today=today)
        )
        my_page.show("discussions", waiting.for_author)
        my_page.show_section("discussions", news_views.section)
        leaving.register("discussions", writing.withdraw_on_leaving)
        leaving.register("discussions-heard", heard.take_back_on_leaving)
        housekeeping.each_day(
            "discussions-heard", lambda today: heard.forget_what_is_past(today=today)
        )
        leaving.register("translations", translating.withdraw_on_leaving)
