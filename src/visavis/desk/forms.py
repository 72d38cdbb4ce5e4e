"""What a desk types or hands in when it gives its key."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.record.closings import LARGEST_FILE
from visavis.record.rules import RefusalReason
from visavis.record.wording import REASONS
from visavis.safety.secret import Secret
from visavis.signing.several import LARGEST_SIGNATURES_FILE

from .actions import Given

LONGEST_PASSPHRASE = 400
LONGEST_KEY = 600


def _secret_line(**attributes: str) -> forms.PasswordInput:
    return forms.PasswordInput(
        attrs={
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
            **attributes,
        }
    )


def _signs(typed: str) -> str:
    """Return what was typed from paper or pasted: spaces, ends of lines and capitals do not matter."""
    return "".join(typed.split()).lower()


def _recovery_key() -> forms.CharField:
    return forms.CharField(
        label=_("The recovery key that the charter names"),
        help_text=_("Type it from paper, or paste what its file holds."),
        max_length=LONGEST_KEY,
        required=False,
        widget=_secret_line(dir="ltr"),
    )


class KeyForm(forms.Form):
    """The side's key, given in one of two ways. A passphrase is never shown again.

    Where the server keeps no key of this side, no field asks for a passphrase: it would open nothing.
    """

    passphrase = forms.CharField(
        label=_("The desk’s passphrase"),
        help_text=_("It opens your side’s key here, this one time only."),
        required=False,
        max_length=LONGEST_PASSPHRASE,
        widget=_secret_line(),
    )
    signature = forms.CharField(
        label=_("Or paste a signature"),
        help_text=_("What “visavis key sign” has written on your own machine."),
        required=False,
        max_length=LARGEST_SIGNATURES_FILE,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr", "spellcheck": "false"}),
    )
    signature_file = forms.FileField(
        label=_("Or upload the signature as a file"), required=False, allow_empty_file=True
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        prefix: str | None = None,
        is_key_here: bool = True,
    ) -> None:
        super().__init__(data, files, prefix=prefix)
        if not is_key_here:
            del self.fields["passphrase"]
            self.fields["signature_file"].label = _("The signature as a file")
            self.fields["signature_file"].help_text = self.fields["signature"].help_text
            self.fields["signature"].help_text = ""

    @property
    def is_key_here(self) -> bool:
        return "passphrase" in self.fields

    def given(self) -> Given:
        """Return how the key was given; what is too long to be a signature is none."""
        if not self.is_valid():
            return Given()
        passphrase = self.cleaned_data.get("passphrase")
        return Given(
            passphrase=Secret(passphrase) if passphrase else None,
            signature=self._file() or self.cleaned_data["signature"].encode(),
        )

    def _file(self) -> bytes:
        file = self.cleaned_data["signature_file"]
        return bytes(file.read(LARGEST_SIGNATURES_FILE + 1)) if file else b""


class ClosingForm(KeyForm):
    """The key, and when readers shall lose sight of it: with the next release, or now."""

    NEXT, NOW = "next", "now"
    when = forms.ChoiceField(
        choices=[
            (NEXT, _("With the next release, at most an hour from now")),
            (NOW, _("Now")),
        ],
        initial=NEXT,
        required=False,
    )

    @property
    def is_urgent(self) -> bool:
        """Whether a release of its own is wanted. What is unclear waits: that shows nothing of anybody."""
        return bool(self["when"].value() == self.NOW)


class ClosingsForm(forms.Form):
    """A file of closing notes, as it was downloaded here."""

    notes = forms.FileField(label=_("File of closing notes"), required=False, allow_empty_file=True)

    def content(self) -> bytes:
        """Return what was handed in; what is too long is cut where it is sure to be refused."""
        file = self.cleaned_data["notes"] if self.is_valid() else None
        return bytes(file.read(LARGEST_FILE + 1)) if file else b""


class ReasonForm(forms.Form):
    """A reason from the list, and no other words."""

    reason = forms.ChoiceField(
        label=_("Why does your desk refuse?"),
        help_text=_("The other desks see the reason and your side, never which editor chose it."),
        choices=[
            ("", _("Choose a reason")),
            *((each.value, REASONS[each]) for each in RefusalReason),
        ],
    )


class NewKeyForm(forms.Form):
    """What shows that the new passphrase is on paper, and who may change the key."""

    first = forms.CharField(
        max_length=40, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    second = forms.CharField(
        max_length=40, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    ending = forms.CharField(
        label=_("The last two groups of the new recovery key"),
        help_text=_("Eight characters, with or without the space."),
        max_length=20,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "dir": "ltr"}),
    )
    recovery = _recovery_key()

    def clean_ending(self) -> str:
        return _signs(self.cleaned_data["ending"])


class TakingBackForm(forms.Form):
    """The recovery key, to take back a recovery that is under way."""

    recovery = _recovery_key()


class BroughtKeyForm(forms.Form):
    """Public keys that were made on a machine of the desk's own."""

    public_key = forms.CharField(
        label=_("New public key"),
        help_text=_("The whole line that “visavis key new” has shown."),
        max_length=LONGEST_PASSPHRASE,
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off"}),
    )
    recovery_key = forms.CharField(
        label=_("New public recovery key (optional)"),
        help_text=_("Leave empty to keep the recovery key named in the charter."),
        max_length=LONGEST_PASSPHRASE,
        required=False,
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off"}),
    )

    def clean_public_key(self) -> str:
        return _signs(self.cleaned_data["public_key"])

    def clean_recovery_key(self) -> str:
        return _signs(self.cleaned_data["recovery_key"])
