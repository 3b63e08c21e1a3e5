"""The pages of the site, by its source: so that no page can be forgotten by what walks them all."""
import re

from harness import ROOT

ROUTE = re.compile(r'\{"GET", (\w+|"[^"]+"), Access::\w+, Speaks::html,')


def html_pages():
    pages = set()
    for source in (ROOT / "examples/server").glob("*.cpp"):
        text = source.read_text(encoding="utf-8")
        names = dict(re.findall(r'constexpr std::string_view (k\w+) = "([^"]+)";', text))
        pages |= {path[1:-1] if path.startswith('"') else names[path] for path in ROUTE.findall(text)}
    return pages
