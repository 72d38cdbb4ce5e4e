"""Hugo beside the press: pages of the same words and the same shape, made in memory on one core.

Each text has a page in each language and one side by side each way, and lists have twenty to a page.
What Hugo is given makes its work light: paragraphs lie ready in the front matter, without Markdown, and
side by side pages take them from the two pages. It checks no signature, and escapes words for each page.
"""

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from typing import Any

from benchmarks.machine import Took, timed
from visavis.press.lists import IN_A_WINDOW
from visavis.signing.document import Document

HUGO = shutil.which("hugo")

CONFIG = {
    "baseURL": "/",
    "title": "A site of two sides",
    "paginate": IN_A_WINDOW,
    "buildFuture": True,
    "disableKinds": ["home", "taxonomy", "term", "RSS", "sitemap", "404", "robotsTXT"],
}
FRAME = """<!doctype html>
<html lang="{{ .Params.left }}">
<head><meta charset="utf-8"><title>{{ .Title }}</title><link rel="stylesheet" href="/style.css">
<meta property="og:title" content="{{ .Title }}"><link rel="canonical" href="{{ .Permalink }}"></head>
<body><header><a href="/">{{ .Site.Title }}</a>
<nav><ul><li><a href="/{{ .Params.left }}/questions/">Questions</a></li>
<li><a href="/{{ .Params.left }}/library/">Library</a></li>
<li><a href="/{{ .Params.left }}/about/">About</a></li></ul></nav></header>
<main>{{ block "main" . }}{{ end }}</main>
<footer><p>Each page can be checked.</p></footer></body></html>
"""
PARAGRAPHS = """{{ define "main" }}<article><h1>{{ .Title }}</h1>
<div class="prose" lang="{{ .Params.left }}">
{{ range .Params.paragraphs }}<div>{{ . }}</div>
{{ end }}</div></article>{{ end }}
"""
ROWS = """{{ define "main" }}
{{ $left := .Site.GetPage .Params.one }}{{ $right := .Site.GetPage .Params.other }}
{{ $there := $right.Params.paragraphs }}
<article><div class="rows"><h1>{{ $left.Title }}</h1><h2>{{ $right.Title }}</h2>
{{ range $number, $words := $left.Params.paragraphs }}<div class="row"><div class="prose">{{ $words }}</div>
<div class="prose">{{ index $there $number }}</div></div>
{{ end }}</div></article>{{ end }}
"""
LIST = """{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range .Paginator.Pages }}
<li><p>{{ .Date.Format "2006-01-02" }}</p>
<h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2></li>{{ end }}</ul>
{{ with .Paginator.Prev }}<a href="{{ .URL }}">Newer</a>{{ end }}
{{ with .Paginator.Next }}<a href="{{ .URL }}">Older</a>{{ end }}{{ end }}
"""
LAYOUTS = {
    "_default/baseof.html": FRAME,
    "library/single.html": PARAGRAPHS,
    "beside/single.html": ROWS,
    "library/list.html": LIST,
}


def pages_by_hugo(documents: Iterable[Document], *, folder: Path) -> tuple[int, Took]:
    """Return how many pages Hugo makes of these texts, and how long it takes to make them in memory.

    Which pages they are is seen from a second run, not measured, that writes them out.
    """
    last = _write_site(documents, folder)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with timed() as took:
        _run(folder, "--renderToMemory")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took.processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    _run(folder, "--destination", "made")
    made = list((folder / "made").rglob("*.html"))
    beside = next((folder / "made").glob(f"*/beside/{last.id}-*/index.html")).read_text("utf-8")
    for version in last.body["versions"].values():
        if version["units"][-1]["text"] not in beside:
            raise SystemExit("Hugo made other pages")
    shutil.rmtree(folder)
    return len(made), took


def _run(folder: Path, *options: str) -> None:
    command = [str(HUGO), "--quiet", "--source", str(folder), *options]
    subprocess.run(command, env={**os.environ, "GOMAXPROCS": "1"}, check=True)


def _write_site(documents: Iterable[Document], folder: Path) -> Document:
    """Write what Hugo reads, and return the last text."""
    _write(folder / "config.json", json.dumps(CONFIG))
    for path, template in LAYOUTS.items():
        _write(folder / "layouts" / path, template)
    document = None
    for document in documents:
        versions = document.body["versions"]
        for code, version in versions.items():
            paragraphs = [unit["text"] for unit in version["units"]]
            _page(
                folder,
                f"{code}/library/{document.id}",
                title=version["title"],
                type="library",
                left=code,
                date=document.day.isoformat(),
                paragraphs=paragraphs,
            )
        for left, right in permutations(versions, 2):
            _page(
                folder,
                f"{left}/beside/{document.id}-{right}",
                title=f"{versions[left]['title']} | {versions[right]['title']}",
                type="beside",
                left=left,
                one=f"/{left}/library/{document.id}",
                other=f"/{right}/library/{document.id}",
            )
    if document is None:
        raise ValueError("no texts, no pages")
    for code in document.body["versions"]:
        _page(folder, f"{code}/library/_index", title="Library", type="library", left=code)
        _page(folder, f"{code}/_index", title=code, _build={"render": "never"})
    return document


def _page(folder: Path, path: str, **front: Any) -> None:
    _write(folder / "content" / f"{path}.md", json.dumps(front, ensure_ascii=False) + "\n")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
