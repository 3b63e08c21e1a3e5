"""The generator of null_test.c leaves no pointer of no function out, and refuses what it does not know."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from declarations import Function, Parameter, declared  # noqa: E402
from null_test_source import source  # noqa: E402

FUNCTIONS = declared(HERE.parents[1] / "include/mfa")
POINTERS = [(function, parameter) for function in FUNCTIONS for parameter in function.parameters if parameter.is_pointer]


def test_each_pointer_of_each_function_is_null_once_alone():
    text = source(FUNCTIONS)
    assert len(POINTERS) > 200
    missing = [(f.name, p.name) for f, p in POINTERS if f'"{f.name}({p.name} = NULL)"' not in text]
    assert missing == []


def test_each_call_is_made():
    text = source(FUNCTIONS)
    for number in range(text.count("static void call_")):
        assert f"  call_{number}();\n" in text


def test_a_parameter_without_a_valid_value_is_refused():
    novel = Function("mfa_status", "mfa_new", (Parameter("const mfa_new_thing *", "thing"),), "new.h")
    with pytest.raises(SystemExit):
        source([novel])
