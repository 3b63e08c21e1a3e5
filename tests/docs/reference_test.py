"""The API reference: every exported function is in it, with its parameters and what it answers, as one page and as manual pages."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from contract import CONTRACT, INCLUDE, ROOT, Lack, read  # noqa: E402

sys.path.insert(0, str(ROOT / "tests/abi"))
import declarations  # noqa: E402

EXPORTED = sorted(re.findall(r"^\s+(mfa_\w+);", (ROOT / "src/capi/mfa.map").read_text(), re.M))
FUNCTIONS = {function.name: function for function in CONTRACT.functions}


class Reader(HTMLParser):
    """Of each section its tables; all links and ids."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.tables, self.section, self.caption, self.within = [], [], {}, "", "", ""
        self.open = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in ("meta",):
            self.open.append(tag)
        self.within = tag
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]
        if tag == "section":
            self.section = attributes["id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "caption" in self.open:
            self.caption = data
        elif "th" in self.open and "code" in self.open:
            self.tables.setdefault((self.section, self.caption), []).append(data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("reference")
    done = subprocess.run([sys.executable, "-B", ROOT / "docs/reference/make.py", "write", INCLUDE, "0.1.0", made],
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return made


@pytest.fixture(scope="module")
def page(folder):
    return Reader((folder / "reference.html").read_text())


def test_every_exported_function_is_in_it(page):
    assert sorted(FUNCTIONS) == EXPORTED
    assert [name for name in EXPORTED if name not in page.ids] == []


def test_the_parameters_are_those_of_the_declarations(page):
    for declared in declarations.declared(INCLUDE):
        names = [parameter.name for parameter in declared.parameters]
        assert page.tables.get((declared.name, "Parameters"), []) == names, declared.name
        assert [parameter.name for parameter in FUNCTIONS[declared.name].parameters] == names


def test_each_function_that_may_say_no_says_what_it_answers(page):
    for declared in declarations.declared(INCLUDE):
        shown = page.tables.get((declared.name, "Answers"), [])
        assert shown == list(FUNCTIONS[declared.name].statuses), declared.name
        assert (shown[:1] == ["MFA_OK"]) == (declared.result == "mfa_status"), declared.name


def test_every_status_is_said_by_a_function():
    said = {status for function in CONTRACT.functions for status in function.statuses} | set(CONTRACT.by_any)
    assert said == set(CONTRACT.statuses) and all(CONTRACT.statuses.values())


def test_no_link_leads_nowhere(page):
    assert len(page.ids) == len(set(page.ids))
    assert {link for link in page.links if not link.startswith("#")} == set()
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert page.open == []


def test_each_function_has_a_manual_page(folder):
    assert sorted(path.stem for path in folder.glob("*.3")) == EXPORTED
    for name, function in FUNCTIONS.items():
        text = (folder / f"{name}.3").read_text()
        assert re.findall(r"^\.It Dv (\w+)", text, re.M) == list(function.statuses)


def test_mandoc_warns_of_nothing(folder):
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *sorted(folder.glob("*.3"))], capture_output=True, text=True)
    assert done.stdout + done.stderr == ""


BREACHES = {
    "a function without a comment": ("otp.h", "/* The code of this counter. OK; ERR_ARGUMENT: parameters, the secret's length. */\n", "",
                                     "mfa_hotp_code: has no comment"),
    "a function that does not say what it answers": ("recovery.h", " OK; ERR_ARGUMENT: another count. */", " */",
                                                     "mfa_recovery_generate: does not say what it answers"),
    "a parameter that nothing is said of": ("otp.h", "mfa_error *err) MFA_MUST_CHECK;\n\ntypedef struct mfa_hotp_params",
                                            "int unheard, mfa_error *err) MFA_MUST_CHECK;\n\ntypedef struct mfa_hotp_params",
                                            "mfa_totp_verify: nothing says what unheard is"),
    "text that is no declaration": ("u2f.h", "#define MFA_U2F_PUBLIC_KEY", "nonsense;\n#define MFA_U2F_PUBLIC_KEY",
                                    "u2f.h: cannot read 'nonsense;'"),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_it_is_not_made_with_a_hole(breach, tmp_path):
    name, there, instead, message = BREACHES[breach]
    folder = tmp_path / "mfa"
    shutil.copytree(INCLUDE, folder)
    text = (folder / name).read_text()
    assert text.count(there) == 1
    (folder / name).write_text(text.replace(there, instead))
    with pytest.raises(Lack, match=re.escape(message)):
        read(folder)


def test_a_header_that_it_does_not_know_is_missed(tmp_path):
    folder = tmp_path / "mfa"
    shutil.copytree(INCLUDE, folder)
    (folder / "new.h").write_text("")
    with pytest.raises(Lack, match="new.h"):
        read(folder)
