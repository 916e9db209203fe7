"""What the repository refers to is there: files and headings that documents link to, rules that anything cites."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest
import yaml

from eros_assets.rules.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_LISTED = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
TRACKED = [
    ROOT / name for name in _LISTED.split("\0") if name and not name.endswith(".png") and (ROOT / name).is_file()
]
_OTHER_DOCUMENT = re.compile(r"\u00a7|\bT\d+\.\d+|\bD\d{2}\b|\bF\d{1,2}\b")
_GAP = re.compile(r"[1-9]\d?\.[1-9]\d?")
GONE = ".".join(("99", "1"))
_CITED = re.compile(rf"(?<![\w\])])\[{_GAP.pattern}(?:, {_GAP.pattern})*\]|\bgaps? {_GAP.pattern}(?:, {_GAP.pattern})*")
_CHECKED = re.compile(r"\bgap_(\d+)_(\d+)")
_NUMBER = re.compile(r"[-+]?[\d.]+")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """Anchors that GitHub gives the headings of a page: lower case, signs gone, blanks as hyphens."""
    headings = re.findall(r"^#+ +(.+?) *$", _FENCE.sub("", text), re.MULTILINE)
    found: set[str] = set()
    for heading in headings:
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = next(n for n in range(len(headings)) if (f"{slug}-{n}" if n else slug) not in found)
        found.add(f"{slug}-{number}" if number else slug)
    return found


def broken(path: Path) -> list[str]:
    """Relative links of a document to a file or heading that is not there."""
    text = path.read_text(encoding="utf-8")
    bad = []
    for link in _LINK.findall(_FENCE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            bad.append(link)
    return bad


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    assert broken(path) == []


def test_links_that_lead_nowhere_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A b: c\n## A b: c\n[x](page.md#a-b-c-1) [y](#a-b) [z](none.md) [w](https://example.org/)\n")
    assert broken(page) == ["#a-b", "none.md"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_document_is_reached_from_the_readme(path: Path) -> None:
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop().resolve()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = (link.partition("#")[0] for link in _LINK.findall(page.read_text(encoding="utf-8")))
        todo += [page.parent / link for link in links if link and not link.startswith("http")]
    assert path in reached


@pytest.mark.parametrize("folder", sorted({path.relative_to(ROOT).parts[0] for path in TRACKED}))
def test_nothing_is_cited_that_a_reader_does_not_have(folder: str) -> None:
    """Paragraphs, tables, decisions and faults of another document, by number."""
    paths = [path for path in TRACKED if path.relative_to(ROOT).parts[0] == folder]
    found = {path: _OTHER_DOCUMENT.findall(path.read_text(encoding="utf-8")) for path in paths}
    assert {str(path): cited for path, cited in found.items() if cited} == {}


def test_every_gap_cited_is_a_rule_of_the_catalogue() -> None:
    known = {entry.gap for entry in catalogue()}
    cited = {path: gaps_cited(path) for path in TRACKED}
    assert {str(path): sorted(gaps - known) for path, gaps in cited.items() if gaps - known} == {}
    assert set().union(*cited.values()) == known
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert {gap for gap in known if f"[{gap}]" not in page} == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", f'"""Kept [{GONE}, 2.1]."""\n'),
        ("a.py", f"x = [1.5]  # as in [{GONE}]\n"),
        ("a.yml", f"a: [1.5]\ntext: as in [{GONE}]\n"),
        ("a.yaml", f"a: [1.5]  # as in [{GONE}]\n"),
        ("a.sql", f"-- as in gap {GONE}\n"),
        ("a.md", f"As in gaps 2.1, {GONE}.\n"),
        ("a.txt", f"check schedule: gap_{GONE.replace('.', '_')}_nothing\n"),
    ],
)
def test_gaps_that_do_not_exist_are_found(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert gaps_cited(tmp_path / name) - {"2.1"} == {GONE}


def gaps_cited(path: Path) -> set[str]:
    """Gap ids in what a file says: of code only texts and comments count, since a list of figures looks alike."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = "\n".join(said_by_python(text))
    elif path.suffix in (".yaml", ".yml"):
        text = "\n".join(said_by_yaml(text))
    found = _CHECKED.findall(text)
    return {f"{major}.{minor}" for major, minor in found} | set(_GAP.findall(" ".join(_CITED.findall(text))))


def said_by_python(text: str) -> list[str]:
    """Comments and texts; of a text that is filled in, the parts that stand."""
    kinds = (tokenize.COMMENT, tokenize.STRING, *((tokenize.FSTRING_MIDDLE,) if sys.version_info >= (3, 12) else ()))
    return [token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type in kinds]


def said_by_yaml(text: str) -> list[str]:
    """Comments and scalars that are texts."""
    scalars = [token for token in yaml.scan(text) if isinstance(token, yaml.ScalarToken)]
    return [*re.findall(r"#.*", text), *(token.value for token in scalars if not _NUMBER.fullmatch(token.value))]
