"""The pages of the site, by its source: so that no page can be forgotten by what walks them all."""
import re

from harness import ROOT

ROUTE = re.compile(r'\{\s*"GET",\s*([\w.]+|"[^"]+"),\s*Access::\w+,\s*Speaks::(\w+),')
NAME = re.compile(r'constexpr [\w:]+ (k\w+) = [^;]*?"(/[^"]*)"')  # a text, or a struct with one path in it


def html_pages():
    pages = set()
    for source in (ROOT / "examples/server").glob("routes_*.cpp"):
        text = source.read_text(encoding="utf-8")
        names, routes = dict(NAME.findall(text)), ROUTE.findall(text)
        assert len(routes) == text.count('"GET",'), f"a route of {source.name} cannot be read"
        pages |= {path[1:-1] if path.startswith('"') else names[path.split('.')[0]] for path, speaks in routes if speaks == "html"}
    return pages
