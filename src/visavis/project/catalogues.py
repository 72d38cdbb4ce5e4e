"""The catalogues of the interface: gathered from code and templates, checked, compiled.

::

    python -m visavis.project.catalogues            compile what is there, as `make install` does
    python -m visavis.project.catalogues --extract  bring the .po files up to what the code says
    python -m visavis.project.catalogues --check    say what is missing, stale or does not fit

English is in the code itself and has no catalogue. Every other language is complete or the check
fails: an interface that falls back to English in places would favour those who read it.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import polib
from babel.messages.extract import extract_from_file

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "locale"

PLURALS: Mapping[str, str] = {
    "az": "nplurals=2; plural=(n != 1);",
    "hy": "nplurals=2; plural=(n != 1);",
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
    ),
    "fr": "nplurals=2; plural=(n > 1);",
}
"""Every language that has a catalogue, and which of its forms goes with a number."""

KEYWORDS: Mapping[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
JINJA_OPTIONS = {
    "extensions": "jinja2.ext.do",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
HOW_TO_COMPILE = "Compile its catalogues: python -m visavis.project.catalogues"
"""What to do where catalogues are not compiled; right for a checkout and for an installed wheel."""

NOTE = "Translators:"
"""A comment that begins so goes into the catalogues with the message below it."""

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
TAG = re.compile(r"</?[a-z]+")


@dataclass(frozen=True, order=True)
class Message:
    """One sentence of the interface, as the code says it."""

    id: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other message in a catalogue."""
        return (self.context, self.id)


@dataclass
class Found:
    """Where a message is, and what its translators are to know."""

    message: Message
    files: set[str]
    notes: list[str]


def messages(package: Path = PACKAGE) -> dict[tuple[str, str], Found]:
    """Return every message of the code, by key. One sentence with two plurals is an error."""
    found: dict[tuple[str, str], Found] = {}
    for file, method in _sources(package):
        options = JINJA_OPTIONS if method == "jinja2" else {}
        place = file.relative_to(package.parent).as_posix()
        for _, said, notes, context in extract_from_file(
            method,
            file,
            keywords=KEYWORDS,
            comment_tags=(NOTE,),
            options=options,
            strip_comment_tags=True,
        ):
            message = _message(said, context)
            held = found.setdefault(message.key, Found(message, set(), []))
            if message.plural and held.message.plural not in {"", message.plural}:
                raise ValueError(f"{place}: {message.id!r} has two plurals")
            if message.plural:
                held.message = message
            held.files.add(place)
            held.notes.extend(note for note in notes if note not in held.notes)
    return found


def _sources(package: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(package.rglob("*")):
        if file.is_dir() or "__pycache__" in file.parts:
            continue
        if "templates" in file.parts:
            yield file, "jinja2"
        elif file.suffix == ".py" and "migrations" not in file.parts:
            yield file, "python"


def _message(said: str | tuple[str, ...], context: str | None) -> Message:
    if isinstance(said, str):
        return Message(said, context=context or "")
    return Message(said[0], plural=said[1], context=context or "")


def catalogue_file(language: str, *, locale: Path = LOCALE) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


# Extract


def extract(*, package: Path = PACKAGE, locale: Path = LOCALE) -> None:
    """Bring every catalogue up to the code: new messages empty, vanished ones gone, the rest as they were."""
    found = messages(package)
    for language in PLURALS:
        file = catalogue_file(language, locale=locale)
        old = {_key(entry): entry for entry in polib.pofile(str(file))} if file.exists() else {}
        new = polib.POFile(wrapwidth=100)
        new.metadata = _head(language)
        new.extend(
            _entry(each, old.get(key), n_forms=n_forms(language))
            for key, each in sorted(found.items(), key=_by_place)
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        new.save(str(file))


def n_forms(language: str) -> int:
    return int(PLURALS[language].removeprefix("nplurals=").split(";", maxsplit=1)[0])


def _head(language: str) -> dict[str, str]:
    """Return the head of a catalogue: no dates and no names, so that the same messages make the same file."""
    return {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }


def _by_place(item: tuple[tuple[str, str], Found]) -> tuple[str, tuple[str, str]]:
    key, found = item
    return (min(found.files), key)


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return (entry.msgctxt or "", entry.msgid)


def _entry(found: Found, old: polib.POEntry | None, *, n_forms: int) -> polib.POEntry:
    message = found.message
    entry = polib.POEntry(
        msgid=message.id,
        msgid_plural=message.plural,
        msgctxt=message.context or None,
        comment="\n".join(found.notes),
        occurrences=[(file, "") for file in sorted(found.files)],
    )
    if message.plural:
        kept = old.msgstr_plural if old is not None else {}
        entry.msgstr_plural = {form: kept.get(form, "") for form in range(n_forms)}
    elif old is not None:
        entry.msgstr = old.msgstr
    return entry


# Check


def faults(*, package: Path = PACKAGE, locale: Path = LOCALE) -> list[str]:
    """Return what keeps the interface from being complete in every language, one line each."""
    said = {key: found.message for key, found in messages(package).items()}
    lines = [f"en: {fault}" for message in said.values() for fault in _faults_in(message)]
    for language in PLURALS:
        file = catalogue_file(language, locale=locale)
        if not file.exists():
            lines.append(f"{language}: there is no catalogue; run --extract")
            continue
        catalogue = polib.pofile(str(file))
        lines.extend(
            f"{language}: {fault}" for fault in _catalogue_faults(language, catalogue, said)
        )
    return lines


def _faults_in(message: Message) -> Iterator[str]:
    for text in (message.id, message.plural):
        if "\n" in text:
            yield f"a message runs over lines; write it with {{% trans trimmed %}}: {text[:60]!r}"
        if re.search(r"%[sd]|\{\}|\{\d", text):
            yield f"a placeholder without a name: {text!r}"


def _catalogue_faults(
    language: str, catalogue: polib.POFile, said: Mapping[tuple[str, str], Message]
) -> Iterator[str]:
    if catalogue.metadata.get("Plural-Forms") != PLURALS[language]:
        yield f"the plural rule is not {PLURALS[language]!r}"
    entries = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    if len(entries) != len(catalogue):
        yield "a message twice, or an obsolete one"
    for key in sorted(said.keys() - entries.keys()):
        yield f"not in the catalogue: {key[1]!r}"
    for key in sorted(entries.keys() - said.keys()):
        yield f"no longer in the code: {key[1]!r}"
    for key in sorted(said.keys() & entries.keys()):
        for fault in _entry_faults(entries[key], said[key], n_forms=n_forms(language)):
            yield f"{fault}: {key[1]!r}"


def _entry_faults(entry: polib.POEntry, message: Message, *, n_forms: int) -> Iterator[str]:
    if entry.fuzzy:
        yield "marked as fuzzy"
    if (entry.msgid_plural or "") != message.plural:
        yield "another plural than in the code"
        return
    forms = entry.msgstr_plural if message.plural else {0: entry.msgstr}
    expected = range(n_forms) if message.plural else range(1)
    if sorted(forms) != list(expected) or not all(forms.values()):
        yield "not translated"
        return
    one, many = placeholders(message.id), placeholders(message.plural or message.id)
    for text in forms.values():
        # The form for one may say the number in a word; no form may say more than the code gives it.
        if not set(one & many) <= set(placeholders(text)) <= set(one | many):
            yield "placeholders differ"
        if _tags(text) != _tags(message.id):
            yield "tags differ"
        if text != text.strip() and message.id == message.id.strip():
            yield "white space at an end"


def placeholders(text: str) -> Counter[str]:
    """Return the names that a message has filled in."""
    return Counter(one or other for one, other in PLACEHOLDER.findall(text))


def _tags(text: str) -> Counter[str]:
    return Counter(TAG.findall(text))


# Compile


def compile_all(*, locale: Path = LOCALE) -> list[Path]:
    """Write a .mo beside every .po, also where a tool has marked its head as fuzzy; return them."""
    written = []
    for language in PLURALS:
        file = catalogue_file(language, locale=locale)
        if file.exists():
            compiled = file.with_suffix(".mo")
            compiled.write_bytes(polib.pofile(str(file)).to_binary())
            written.append(compiled)
    return written


def missing(*, locale: Path = LOCALE) -> tuple[str, ...]:
    """Return the languages whose catalogue is not compiled: the site would speak English in their place."""
    return tuple(
        language
        for language in PLURALS
        if not catalogue_file(language, locale=locale).with_suffix(".mo").exists()
    )


def are_compiled(*, locale: Path = LOCALE) -> bool:
    """Return whether every language has a compiled catalogue that is no older than its source."""
    for language in PLURALS:
        source = catalogue_file(language, locale=locale)
        compiled = source.with_suffix(".mo")
        if not source.exists() or not compiled.exists():
            return False
        if compiled.read_bytes() != polib.pofile(str(source)).to_binary():
            return False
    return True


@click.command()
@click.option(
    "--extract", "does_extract", is_flag=True, help="Bring the catalogues up to the code."
)
@click.option(
    "--check", "does_check", is_flag=True, help="Say what is missing, stale or does not fit."
)
def main(*, does_extract: bool, does_check: bool) -> None:
    r"""Compile the catalogues of the interface.

    \b
    Exit codes: 0 all is well, 1 the check found something.
    Example:
      python -m visavis.project.catalogues --extract
    """
    if does_check:
        found = faults()
        for line in found:
            click.echo(line)
        if found:
            click.echo(f"{len(found)} faults in the catalogues.", err=True)
            sys.exit(1)
        click.echo(f"{len(messages())} messages, complete in en, {', '.join(PLURALS)}.")
        return
    if does_extract:
        extract()
    click.echo(f"{len(compile_all())} catalogues compiled.")


if __name__ == "__main__":
    main()
