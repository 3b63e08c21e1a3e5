"""The package knows all of libmfa: what the headers declare and mfa.map lists, each number, each member; and it is
typed."""

import ast
import dataclasses
import enum
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import mfa
import pytest
from mfa import _call, aio, base, constants, engine, errors, log, otp, recovery, results, store, u2f, webauthn
from mfa._declarations import DECLARATIONS
from mfa._library import ffi, lib

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "bindings/python"
sys.path.insert(0, str(ROOT / "tests/abi"))
from declarations import declared  # noqa: E402

MAPPED = set(re.findall(r"^\s+(mfa_\w+);", (ROOT / "src/capi/mfa.map").read_text(), re.M))
PUBLIC = [aio, base, constants, engine, errors, log, otp, recovery, results, store, u2f, webauthn]
TEXT = {path.name: path.read_text() for path in (SOURCES / "mfa").glob("*.py")}


def missing(functions, text):
    return {name for name in functions if not re.search(rf"\blib\.{name}\b", text)}


def test_the_declarations_are_made_from_the_headers():
    made = subprocess.run(
        [sys.executable, "-B", SOURCES / "make_declarations.py", "--check"], capture_output=True, text=True
    )
    assert (made.returncode, made.stderr) == (0, "")


def test_each_function_of_the_map_is_declared_and_can_be_called():
    named = set(re.findall(r"\b(mfa_\w+)\(", re.sub(r"\(\*\w+\)\(", "", DECLARATIONS)))
    assert named == MAPPED == {function.name for function in declared(ROOT / "include/mfa")}
    for name in MAPPED:
        assert getattr(lib, name)


def test_each_function_of_the_map_has_a_way_to_it():
    code = "".join(text for name, text in TEXT.items() if name != "_declarations.py")
    assert missing(MAPPED, code) == set()
    assert missing({"mfa_not_there"}, code) == {"mfa_not_there"}


HELPERS = {"mfa_buffer_assign", "mfa_buffer_free"}  # of stores and results


def test_each_function_of_the_map_is_named_where_it_is_explained():
    explained = "".join(
        ast.get_docstring(node) or ""
        for name, text in TEXT.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module))
    )
    of_results = {
        name for name in MAPPED if re.match(r"mfa_(offer|proof|account)_|mfa_log_(finding|number)|mfa_\w+_free$", name)
    }
    of_handles = {"mfa_engine_new", "mfa_log_new", "mfa_store_close", "mfa_webauthn_response_parse"}
    assert {name for name in MAPPED - HELPERS - of_results - of_handles if name not in explained} == set()


ENUMS = {
    constants.Status: "MFA_",
    constants.Method: "MFA_METHOD_",
    constants.Hash: "MFA_HASH_",
    constants.Mediation: "MFA_MEDIATION_",
    constants.UserVerification: "MFA_UV_",
    constants.Signal: "MFA_SIGNAL_",
    constants.StoreAnswer: "MFA_STORE_",
    constants.Purpose: "MFA_PURPOSE_",
    constants.Proven: "MFA_PROVEN_",
    constants.RequestFlag: "MFA_REQUEST_",
    constants.Need: "MFA_NEED_",
    constants.AdminAction: "MFA_ADMIN_",
    constants.Rule: "MFA_RULE_",
    constants.AuthenticatorFlag: "MFA_WEBAUTHN_",
    constants.UnsafeOtp: "MFA_OTP_UNSAFE_",
    constants.QrForm: "MFA_QR_",
    constants.LogTrouble: "MFA_LOG_",
}
ITEMS = {"MFA_OFFER_", "MFA_PROOF_", "MFA_ACCOUNT_", "MFA_LOG_ITEM_"}
OWN_ZERO = {
    ("UserVerification", "DEFAULT"),
    ("Signal", "NONE"),
    ("Proven", "NOTHING"),
    ("RequestFlag", "NONE"),
    ("AuthenticatorFlag", "NONE"),
    ("UnsafeOtp", "NONE"),
}


def test_each_number_has_its_name():
    named = set()
    for kind, prefix in ENUMS.items():
        for name, member in kind.__members__.items():
            if (kind.__name__, name) not in OWN_ZERO:
                assert getattr(lib, prefix + name) == member.value, prefix + name
                named.add(prefix + name)
    code = "".join(text for name, text in TEXT.items() if name != "_declarations.py")
    numbers = set(re.findall(r"\b(MFA_[A-Z0-9_]+)\b", DECLARATIONS))
    left = numbers - named - set(re.findall(r"\blib\.(MFA_\w+)", code))
    # Limits that only the library checks.
    assert left == {"MFA_OTP_SECRET_MIN", "MFA_OTP_SECRET_MAX"}


def test_the_enums_of_the_package_are_those():
    assert {
        value
        for value in vars(constants).values()
        if isinstance(value, enum.EnumMeta) and value.__module__ == "mfa.constants" and len(value)
    } == set(ENUMS)


STRUCTS = {
    "mfa_request": engine.Request,
    "mfa_begin_options": engine.BeginOptions,
    "mfa_session_need": engine.SessionNeed,
    "mfa_totp_params": otp.TotpParams,
    "mfa_hotp_params": otp.HotpParams,
    "mfa_otpauth": otp.Otpauth,
    "mfa_webauthn_expect": webauthn.Expect,
    "mfa_webauthn_user": webauthn.User,
    "mfa_webauthn_columns": webauthn.Columns,
    "mfa_webauthn_result": webauthn.Result,
    "mfa_u2f_expect": u2f.U2fExpect,
    "mfa_trust_input": webauthn._TrustInput,
    "mfa_method_info": results.MethodInfo,
    "mfa_factor": results.Factor,
    "mfa_log_finding": log.Finding,
}
OWN = {"mfa_otpauth": {"signals"}}
APART = {"mfa_error", "mfa_text", "mfa_buffer", "mfa_key", "mfa_store", "mfa_engine_config"}


def members(struct):
    names = {name for name, _ in ffi.typeof(struct).fields}
    return {name for name in names - {"struct_size", "reserved"} if name.removesuffix("_count") not in names - {name}}


@pytest.mark.parametrize("struct", STRUCTS)
def test_each_member_has_its_attribute(struct):
    assert {field.name for field in dataclasses.fields(STRUCTS[struct])} - OWN.get(struct, set()) == members(struct)


def test_no_struct_is_left_out():
    assert set(re.findall(r"typedef struct (\w+) \{", DECLARATIONS)) == set(STRUCTS) | APART
    assert members("mfa_error") - {"message", "status"} == set(vars(mfa.Error())) - {"status", "report"}
    parameters = set(inspect.signature(engine.Engine).parameters)
    assert members("mfa_engine_config") == {"json", "ctx", *parameters} - {"config"}


def test_each_status_has_one_exception():
    assert set(errors.BY_STATUS) == set(mfa.Status) - {mfa.Status.OK}
    for status, kind in errors.BY_STATUS.items():
        assert issubclass(kind, mfa.Refused if status > 0 else mfa.Failed) and getattr(mfa, kind.__name__) is kind
        error = errors.error_of(status, ffi.new("mfa_error *"))
        assert type(error) is kind and error.status is status


def test_a_status_of_a_newer_library_is_no_yes():
    err = ffi.new("mfa_error *")
    assert type(errors.error_of(99, err)) is mfa.Refused and type(errors.error_of(-99, err)) is mfa.Failed
    with pytest.raises(mfa.Refused):
        _call.call(lambda err: 99)
    with pytest.raises(mfa.Refused):
        results.proof_call(lambda out, err: 99)


def test_everything_public_is_explained():
    unexplained = [
        f"{module.__name__}.{name}"
        for module in PUBLIC
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", None) == module.__name__
        and (inspect.isclass(value) or inspect.isfunction(value))
        and not (value.__doc__ or "").strip()
    ]
    assert unexplained == [] and all(module.__doc__ for module in (*PUBLIC, mfa))
    for name, method in vars(engine.Engine).items():
        assert name.startswith("_") or not callable(method) or method.__doc__, name


def test_the_list_of_names_is_right():
    assert sorted(mfa.__all__) == sorted(set(mfa.__all__)) and all(hasattr(mfa, name) for name in mfa.__all__)
    assert mfa.COMPILED == (os.environ.get("MFA_PYTHON_INSTALLED") == "compiled")


def test_the_version_is_that_of_libmfa():
    version = re.search(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text()).group(1)
    assert f'version = "{version}"' in (SOURCES / "pyproject.toml").read_text()
    assert mfa.version() == version


def test_types(tmp_path):
    """The package, and a program on it that has each kind of call."""
    program = tmp_path / "program.py"
    program.write_text(
        """
import mfa

def sign_in(engine: mfa.Engine, request: mfa.Request, code: str) -> str:
    try:
        proof = engine.verify_code(request, mfa.Method.TOTP, code)
    except mfa.MoreNeeded as more:
        return more.proof.statement or ""
    except mfa.Locked as locked:
        return str(locked.retry_at_s + locked.attempts_left)
    return proof.user

async def later(engine: mfa.aio.Engine, request: mfa.Request) -> bytes:
    offer: mfa.Offer = await engine.enroll_begin(request, mfa.Method.TOTP)
    account: mfa.Account = await engine.account(request)
    reveal_type(await engine.verify_finish(request, offer.ticket, {"id": "x"}))
    return mfa.otp.base32_decode(offer.secret or "") + bytes(account.recovery_remaining)
"""
    )
    command = ["/usr/bin/mypy", "--strict", "--cache-dir", str(tmp_path), str(SOURCES / "mfa"), str(program)]
    told = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "MYPYPATH": str(SOURCES)})
    assert told.returncode == 0, told.stdout
    assert 'Revealed type is "mfa.results.Proof"' in told.stdout


def test_style():
    """120 columns, files that one can read."""
    for path in [*SOURCES.rglob("*.py"), *Path(__file__).parent.glob("*.py")]:
        lines = path.read_text().splitlines()
        assert max(map(len, lines), default=0) <= 120 and (len(lines) <= 400 or path.name == "_declarations.py"), path
