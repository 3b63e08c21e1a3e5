"""The reference as one page of HTML, without scripts and without anything from elsewhere."""

import html
import re

from headers import Function

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; box-sizing: border-box; font-size: 14px; }
nav ul { list-style: none; padding: 0; margin: 0 0 1rem; }
main { padding: 1rem 2rem 6rem; max-width: 60rem; }
h2 { margin-top: 3rem; } h3 { margin-top: 2.5rem; }
section { margin-top: 2rem; padding-top: .5rem; border-top: 1px solid #8886; }
pre { overflow: auto; padding: .7rem; border-radius: 4px; background: #8882; }
pre, code { font: 14px/1.45 ui-monospace, monospace; }
table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; }
caption { text-align: left; font-weight: bold; }
a { text-decoration: none; } a:hover, a:focus { text-decoration: underline; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; } }
"""


class Page:
    def __init__(self, contract, version):
        self.contract, self.version = contract, version
        self.places = {}
        for header in contract.headers:
            for section in header.sections:
                for item in section.items:
                    names = (item.name,) if isinstance(item, Function) else item.names
                    for name in names:
                        self.places.setdefault(name, names[0])
        self.places.update((name, name) for name in contract.statuses)

    def linked(self, text, without=""):
        """Escaped; each name that has a place leads to it."""
        def link(match):
            place = self.places.get(match[0])
            return match[0] if place is None or place == without else f'<a href="#{place}">{match[0]}</a>'
        return re.sub(r"\b(?:mfa|MFA)_\w+\b", link, html.escape(text, quote=False))

    def paragraphs(self, text, without=""):
        return "".join(f"<p>{self.linked(part, without)}</p>\n" for part in text.split("\n\n") if part)

    def table(self, caption, rows):
        cells = "".join(f"<tr><th scope='row'><code>{name}</code></th><td>{text}</td></tr>\n" for name, text in rows)
        return f"<table><caption>{caption}</caption>\n{cells}</table>\n" if rows else ""

    def function(self, item):
        parameters = [(one.name, self.linked(one.text)) for one in item.parameters]
        answers = [(self.linked(name), html.escape(self.contract.statuses[name], quote=False)) for name in item.statuses]
        any_of = ", ".join(self.linked(name) for name in self.contract.by_any if name not in item.statuses)
        return "".join([
            f'<section id="{item.name}"><h4>{item.name}</h4>\n',
            f"<pre>{self.linked(item.declaration, item.name)}</pre>\n",
            self.paragraphs(item.comment, item.name),
            self.table("Parameters", parameters),
            self.table("Answers", answers),
            f"<p>As any call: {any_of}.</p>\n" if answers else "",
            "</section>\n"])

    def type(self, item):
        if not item.code:
            return self.paragraphs(item.comment)
        if item.names[0] == "mfa_status":
            rows = [(f'<span id="{name}">{name}</span>', f"{number}: {html.escape(text, quote=False)}")
                    for (name, text), number in zip(self.contract.statuses.items(), self.contract.numbers)]
            return f'<section id="mfa_status"><h4>mfa_status</h4>\n{self.paragraphs(item.comment)}{self.table("", rows)}</section>\n'
        return (f'<section id="{item.names[0]}"><h4>{item.names[0]}</h4>\n{self.paragraphs(item.comment)}'
                f"<pre>{self.linked(item.code, item.names[0])}</pre></section>\n")

    def header(self, header):
        parts = [f'<h2 id="{header.name}">mfa/{header.name}</h2>\n', self.paragraphs(header.intro)]
        for section in header.sections:
            if section.title:
                parts.append(f"<h3>{html.escape(section.title)}</h3>\n")
            parts += [self.function(item) if isinstance(item, Function) else self.type(item) for item in section.items]
        return "".join(parts)

    def navigation(self):
        parts = []
        for header in self.contract.headers:
            rows = "".join(f'<li><a href="#{one.name}">{one.name}</a></li>' for one in header.functions)
            parts.append(f'<a href="#{header.name}"><b>mfa/{header.name}</b></a><ul>{rows}</ul>\n')
        return f"<nav>{''.join(parts)}</nav>\n"

    def text(self):
        return ('<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
                '<meta name="viewport" content="width=device-width, initial-scale=1">'
                f"<title>libmfa {self.version}: the C API</title><style>{STYLE}</style></head>\n<body>\n"
                f"{self.navigation()}<main><h1>libmfa {self.version}: the C API</h1>\n"
                f"{''.join(map(self.header, self.contract.headers))}</main>\n</body>\n</html>\n")
