"""Writes null_test.c: each exported function called with each of its pointers NULL in turn, all else valid.

Everything is made from the headers; a parameter that this file has no valid value for is an error here, so a new
function cannot be left out. tests/abi/null_fixture.h makes the valid values.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from declarations import declared  # noqa: E402

# A valid value for each parameter, by name or by (function, name). Texts come with their length.
VALUES = {
    "account": "account", "action": "MFA_ADMIN_UNLOCK", "actor": "\"operator\"", "after": "\"a\"",
    "blob": "&out_buffer", "buffer": "&out_buffer", "code": "code", "code1": "code", "code2": "code",
    "codes": "out_codes", "columns": "&columns", "config": "&config", "count": "1", "counter": "0",
    "credential": "credential", "data": "secret", "enabled": "0", "engine": "engine", "err": "&err",
    "expect": "&expect", "extra_json": "\"{}\"", "factor": "factor_id", "feature": "\"totp\"", "fn": "visit",
    "fn_ctx": "NULL", "form": "MFA_QR_SVG", "full": "&out_buffer", "hashes": "&recovery_hash", "hashes_count": "1", "index": "0",
    "info": "&info", "item": "1", "json": "&out_buffer", "label": "\"phone\"", "last_step": "0", "len": "&out_size",
    "limit": "10", "method": "MFA_METHOD_TOTP", "name": "\"totp\"", "need": "&need", "next_counter": "&out_number",
    "now_s": "now_s", "offer": "offer", "options": "&options", "otpauth": "&otpauth", "out": "&out_buffer",
    "pepper": "secret", "proof": "proof", "range": "10", "reason": "1001", "report": "&out_buffer",
    "request": "&manage", "response": "code", "result": "&result", "schema": "&out_buffer", "secret": "secret", "status": "MFA_WRONG",
    "storage": "&out_buffer", "store": "&store", "strict": "1", "text": "\"MFRGGZDFMZTWQ2LK\"", "ticket": "ticket",
    "uri": "uri", "url": "\"memory:\"", "used_step": "&out_number", "user": "\"alice\"",
    "ceremony": "\"{}\"", "fingerprint": "fingerprint", "flags": "0", "origin": "&out_buffer", "origins": "&kOrigin",
    "origins_count": "1", "ids": "&kOrigin", "ids_count": "1", "user_handle": "secret", "rp_id": "\"example.org\"", "trust": "trust", "verdict": "&out_buffer",
    "certificate": "&out_certificate", "cookies": "\"a=b\"", "set_cookie": "&out_buffer", "key_handle": "&out_buffer", "last_counter": "0", "signals": "&out_signals",
    "complete": "1", "finding": "&finding", "keys": "&key", "keys_count": "1", "line": "\"{}\"", "log": "event_log",
}
SPECIAL = {
    ("mfa_account_factor", "factor"): "&factor",
    ("mfa_account_view", "request"): "&login",
    ("mfa_admin_import", "factor"): "&out_buffer",
    ("mfa_admin_import", "json"): "import_json",
    ("mfa_base32_decode", "data"): "&out_buffer",
    ("mfa_base32_encode", "text"): "&out_buffer",
    ("mfa_buffer_assign", "len"): "sizeof secret",
    ("mfa_config_check", "json"): "kConfig",
    ("mfa_device_claim", "request"): "&login",
    ("mfa_device_collect", "request"): "&login",
    ("mfa_engine_new", "engine"): "&out_engine",
    ("mfa_remembered_user", "user"): "&out_buffer",
    ("mfa_cose_verify_json", "signature"): "\"{}\"",
    ("mfa_hotp_code", "code"): "out_code",
    ("mfa_otpauth_build", "uri"): "&out_buffer",
    ("mfa_random", "out"): "out_bytes",
    ("mfa_random", "out_len"): "sizeof out_bytes",
    ("mfa_recovery_generate", "hashes"): "out_hashes",
    ("mfa_recovery_verify", "code"): "recovery_code[0]",
    ("mfa_recovery_verify", "index"): "&out_size",
    ("mfa_session_start", "request"): "&login",
    ("mfa_store_open", "store"): "&out_store",
    ("mfa_totp_code", "code"): "out_code",
    ("mfa_u2f_response_key_handle", "response"): "sign_json",
    ("mfa_u2f_verify_registration", "public_key"): "out_public_key",
    ("mfa_u2f_verify_registration", "response"): "register_json",
    ("mfa_u2f_verify_signature", "counter"): "&out_counter",
    ("mfa_u2f_verify_signature", "public_key"): "kPoint",
    ("mfa_u2f_verify_signature", "response"): "sign_json",
    ("mfa_verify_begin", "method"): "MFA_METHOD_WEBAUTHN",
    ("mfa_verify_begin", "request"): "&login",
    ("mfa_verify_code", "request"): "&login",
    ("mfa_verify_finish", "request"): "&login",
    ("mfa_verify_finish", "response"): "assertion_json",
    ("mfa_verify_finish", "ticket"): "login_ticket",
    ("mfa_webauthn_create_options", "user"): "&webauthn_user",
    ("mfa_webauthn_credential_load", "blob"): "credential_blob.data",
    ("mfa_webauthn_credential_load", "blob_len"): "credential_blob.len",
    ("mfa_webauthn_inspect", "json"): "assertion_json",
    ("mfa_webauthn_inspect", "text"): "&out_buffer",
    ("mfa_webauthn_response_parse", "json"): "assertion_json",
    ("mfa_webauthn_signal_user", "user"): "&webauthn_user",
    ("mfa_wipe", "data"): "out_bytes",
    ("mfa_wipe", "len"): "sizeof out_bytes",
}
BY_TYPE = {
    "const mfa_totp_params *": "&totp_params", "const mfa_hotp_params *": "&hotp_params",
    "const mfa_u2f_expect *": "&u2f_expect", "const mfa_trust_input *": "&trust_input", "mfa_trust **": "&out_trust",
    "mfa_log **": "&out_log",
    "const mfa_webauthn_response *": "webauthn_response", "mfa_webauthn_response **": "&out_webauthn_response",
    "mfa_webauthn_credential **": "&out_credential", "mfa_account **": "&out_account", "mfa_offer **": "&out_offer",
    "mfa_proof **": "&out_proof",
}
# NULL is said to be fine here: nothing asked, the defaults, no length wanted.
OPTIONAL = {"err", "params", "options", "need", "len", "fn_ctx"}
OPTIONAL_OF = {("mfa_admin_import", "factor"), ("mfa_u2f_verify_registration", "key_handle"), ("mfa_u2f_verify_registration", "certificate"),
               ("mfa_engine_set_trust", "trust")}
# A getter on NULL gives NULL, 0, none: but for one, where nothing asked would let a sign-in go on.
ON_NULL = {"mfa_account_need": "MFA_NEED_FACTOR"}


def value_of(function, parameter):
    key = (function.name, parameter.name)
    if key in SPECIAL:
        return SPECIAL[key]
    if parameter.type in BY_TYPE:
        return BY_TYPE[parameter.type]
    if parameter.name in VALUES:
        return VALUES[parameter.name]
    if parameter.name.endswith("_len"):
        text = next(p for p in function.parameters if p.name == parameter.name.removesuffix("_len"))
        value = value_of(function, text)
        return f"sizeof {value}" if value == "secret" else f"strlen({value})"
    raise SystemExit(f"{function.header}: {function.name}: no valid value for {parameter.type} {parameter.name}")


def call(function, replaced):
    """The call, with the parameters in `replaced` by name instead of their valid values."""
    return f"{function.name}({', '.join(replaced.get(p.name) or value_of(function, p) for p in function.parameters)})"


def outputs(function, replaced):
    """What the call must set to NULL or 0 unless it says yes: the fixture has filled it with something else."""
    values = [value_of(function, p) for p in function.parameters if p.name not in replaced]
    structs = ("&out_store", "&out_buffer", "&out_certificate")
    return [value[1:] for value in values if value.startswith("&out_") and value not in structs]


def is_status(function):
    return function.result == "mfa_status"


def statement(function, replaced, expectation):
    what = f"{function.name}({', '.join(f'{name} = {value}' for name, value in replaced.items()) or 'all valid'})"
    text = call(function, replaced)
    has_err = any(p.name == "err" for p in function.parameters) and "err" not in replaced
    body = ["  set_up();"]
    if is_status(function):
        body[0:0] = ["  mfa_status status;"]
        body.append(f"  status = {text};")
        body.append(f"  check_status(\"{what}\", status, {expectation}, {'&err' if has_err else 'NULL'});")
        body += [f"  check_cleared(\"{what}\", status, {output} == 0);" for output in outputs(function, replaced)]
    elif function.result == "void":
        body += [f"  {text};", f"  check_survived(\"{what}\");"]
    elif expectation == "NOTHING":
        value = f"(uint64_t){'(uintptr_t)' if '*' in function.result else ''}{text}"
        body.append(f"  check_value(\"{what}\", {value}, {ON_NULL.get(function.name, '0')});")
    else:
        body += [f"  (void){text};", f"  check_survived(\"{what}\");"]
    return body + [f"  tear_down();"]


def calls_of(function):
    """(replaced parameters, expectation) of each call."""
    pointers = [p for p in function.parameters if p.is_pointer]
    is_free = function.name.endswith(("_free", "_close"))
    if pointers and not is_free:
        yield {}, "COMPLETES"
    for pointer in pointers:
        has_length = any(p.name == f"{pointer.name}_len" for p in function.parameters)
        optional = pointer.name in OPTIONAL or (function.name, pointer.name) in OPTIONAL_OF
        if is_status(function):
            yield {pointer.name: "NULL"}, "COMPLETES" if optional else "REFUSES"
        else:
            yield {pointer.name: "NULL"}, "SURVIVES" if optional or is_free else "NOTHING"
        if has_length and is_status(function):
            yield {pointer.name: "NULL", f"{pointer.name}_len": "0"}, "SURVIVES"
    if len(pointers) > 1:
        yield {p.name: "NULL" for p in pointers}, "SURVIVES"


def source(functions):
    lines = ['#include "null_fixture.h"', ""]
    names = []
    for function in functions:
        for replaced, expectation in calls_of(function):
            names.append(f"call_{len(names)}")
            lines += [f"static void {names[-1]}(void) {{", *statement(function, replaced, expectation), "}"]
    lines += ["", "int main(void) {", *(f"  {name}();" for name in names), "  return check_report();", "}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(source(declared(sys.argv[1])))
