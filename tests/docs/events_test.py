"""docs/events.md names every event that there is, and every member, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/events.md").read_text()
SOURCES = {path.name: path.read_text() for path in sorted((ROOT / "src/engine").glob("*.?pp"))}
FIRST, SECOND = PAGE.split("| event | when |")[1].split("| member | of | what |")
NAME = re.compile(r"`(\w+)`")


def rows(table):
    """The names in the first column."""
    table = table.split("\n\n")[0]
    return [name for line in table.splitlines() if line.startswith("| `") for name in NAME.findall(line.split("|")[1])]


def listed():
    return re.findall(r'"(\w+)"', SOURCES["event.hpp"].split("kEventNames = {")[1].split("}")[0])


def test_the_page_names_the_events_of_the_source():
    assert len(listed()) == len(set(listed())) >= 23
    assert sorted(rows(FIRST)) == sorted(listed())


def test_each_event_is_made_somewhere():
    text = "".join(text for name, text in SOURCES.items() if name != "event.hpp")
    assert [name for name in listed() if f'"{name}"' not in text and name != "refused"] == []
    assert 'kRefused = "refused"' in text


def test_the_page_names_the_members_of_the_source():
    members = set(re.findall(r'(?:member|add)\((?:out, )?"(\w+)"', SOURCES["event.cpp"] + SOURCES["chain.cpp"]))
    members |= {"mac"}  # written behind the rest
    assert set(rows(SECOND)) | {"user_hex"} == members | {"user"}


def test_the_page_names_the_calls_of_the_source():
    row = next(line for line in SECOND.splitlines() if line.startswith("| `call`"))
    calls = set(re.findall(r'(?:Call\{|Call call\{|Call::on\()"(\w+)"', SOURCES["engine_calls.cpp"]))
    calls |= {"session_check", "session_check_offline"}
    assert set(NAME.findall(row.split("|")[3])) == calls


def test_the_limits_are_true():
    header = (ROOT / "include/mfa/log.h").read_text()
    for name in ("MFA_LOG_WINDOW", "MFA_LOG_WAITING", "MFA_LOG_CHAINS"):
        assert re.search(name + r" = (\d+)", header).group(1) in PAGE
    assert f'at most {re.search(r"kEventMax = ([0-9]+)", SOURCES["event.hpp"]).group(1)} bytes' in PAGE
