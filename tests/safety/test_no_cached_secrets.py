"""No function that is handed a secret remembers it: what is cached outlives the act it was for."""

import ast
from pathlib import Path

import visavis

SECRET_NAMES = {"passphrase", "secret", "totp", "seed", "digits", "code", "half", "proof", "key"}
CACHES = {"cache", "lru_cache", "cached_property", "memoize"}


def cached_functions(source: str) -> list[str]:
    """Return the functions of a module that are cached and take something that sounds like a secret."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        names = {
            part.id if isinstance(part, ast.Name) else part.attr
            for decorator in node.decorator_list
            for part in ast.walk(decorator)
            if isinstance(part, ast.Name | ast.Attribute)
        }
        taken = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
        if names & CACHES and taken & SECRET_NAMES:
            found.append(node.name)
    return found


def test_the_house_caches_nothing_that_is_handed_a_secret() -> None:
    root = Path(visavis.__file__).parent
    cached = {
        str(file.relative_to(root)): names
        for file in root.rglob("*.py")
        if (names := cached_functions(file.read_text(encoding="utf-8")))
    }
    assert cached == {}


def test_such_a_cache_would_be_found() -> None:
    assert cached_functions("@functools.lru_cache\ndef f(*, passphrase): ...") == ["f"]
    assert cached_functions("@lru_cache(maxsize=3)\ndef f(totp): ...") == ["f"]
    assert cached_functions("@lru_cache\ndef f(language): ...") == []
