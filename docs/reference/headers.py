"""Reads include/mfa/*.h with their comments: what the reference is made from.

A header is sections of items, in order. An item is a function, or a type with the macros that belong to it. What cannot be read, and
a function that does not say what it answers or what a parameter is, is a Lack: there is no reference with holes in it.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

HEADERS = ("base.h", "engine.h", "store.h", "webauthn.h", "otp.h", "recovery.h", "u2f.h", "log.h")


class Lack(Exception):
    pass


@dataclass(frozen=True)
class Parameter:
    type: str
    name: str
    text: str


@dataclass(frozen=True)
class Function:
    name: str
    result: str
    declaration: str  # without MFA_API and MFA_MUST_CHECK
    parameters: tuple
    comment: str
    statuses: tuple  # of mfa_status alone, MFA_OK first, without those that any function may answer

    @property
    def sentence(self):
        return re.split(r"(?<=[^.][.:?])\s", self.comment, maxsplit=1)[0].rstrip(".:")


@dataclass(frozen=True)
class Type:
    names: tuple
    code: str
    comment: str


@dataclass
class Section:
    title: str
    items: list = field(default_factory=list)


@dataclass
class Header:
    name: str
    intro: str
    sections: list

    @property
    def functions(self):
        return [item for section in self.sections for item in section.items if isinstance(item, Function)]


@dataclass
class Contract:
    headers: list
    statuses: dict  # "MFA_WRONG": what it means
    numbers: dict  # 1: "MFA_WRONG"
    by_any: tuple  # statuses that any function may answer

    @property
    def functions(self):
        return [function for header in self.headers for function in header.functions]


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


def plain(comment):
    """The text of a comment, one line for each paragraph."""
    lines = [re.sub(r"^\s*\*? ?", "", line) for line in comment.removeprefix("/*").removesuffix("*/").splitlines()]
    return "\n\n".join(squeeze(part) for part in re.split(r"\n\s*\n", "\n".join(lines))).strip()


# ---- from text to drafts: comment, code, comments behind it

COMMENT = re.compile(r"/\*.*?\*/", re.S)
SECTION = re.compile(r"/\* ---- (.*?) -+ \*/")
TOKEN = re.compile(
    r"(?P<comment>/\*.*?\*/)"
    r"|(?P<code>#define(?:/\*.*?\*/|\\\n|[^\n/])*"
    r"|static inline [^{]*\{.*?\n\}"
    r"|(?:typedef|enum|struct|MFA_API)\b(?:/\*.*?\*/|\{(?:/\*.*?\*/|[^{}/])*\}|[^;{/])*;)", re.S)


@dataclass
class Draft:
    comment: str
    code: str

    @property
    def is_function(self):
        return self.code.startswith("MFA_API")


def drafts(name, text):
    """Of the part between the guards for C++; a str is the title of a section, a draft without code a text that stands alone."""
    body = text.split('extern "C" {\n#endif\n', 1)[1].rsplit("#ifdef __cplusplus", 1)[0]
    found, waiting, at = [], "", 0
    while match := TOKEN.search(body, at):
        between, at = body[at:match.start()], match.end()
        if between.strip():
            raise Lack(f"{name}: cannot read {between.strip()[:60]!r}")
        last = found[-1] if found and isinstance(found[-1], Draft) and found[-1].code and not waiting else None
        if match["comment"] and last and "\n" not in between:
            if last.is_function:
                last.comment = f"{last.comment} {plain(match['comment'])}".strip()
            else:
                last.code += f" {match['comment']}"
        elif match["comment"]:
            if waiting:
                found.append(Draft(waiting, ""))
            waiting = "" if SECTION.match(match["comment"]) else plain(match["comment"])
            if not waiting:
                found.append(SECTION.match(match["comment"])[1])
        elif last and not last.is_function and not match["code"].startswith("MFA_API") and between.count("\n") <= 1:
            last.code += f"\n{match['code']}"
        else:
            if waiting and between.count("\n") > 1:
                found.append(Draft(waiting, ""))
                waiting = ""
            found.append(Draft(waiting, match["code"]))
            waiting = ""
    if body[at:].strip() or waiting:
        raise Lack(f"{name}: cannot read {(body[at:].strip() or waiting)[:60]!r}")
    return found


# ---- from drafts to items

NAMES = re.compile(r"\}\s*(mfa_\w+)\s*;|typedef\s+(?:struct\s+)?\w+\s+(mfa_\w+)\s*;|\(\*(mfa_\w+)\)|#define (MFA_\w+)"
                   r"|static inline \w+ (mfa_\w+)|^\s*(MFA_\w+)\b(?=\s*[=,}/])|[{,]\s*(MFA_\w+) =", re.M)
DECLARED = re.compile(r"MFA_API\s+(.*?)\s*\b(mfa_\w+)\s*\((.*)\)\s*(?:MFA_MUST_CHECK)?\s*;$", re.S)


def parameters_of(text):
    """(type, name) of each."""
    text = squeeze(COMMENT.sub(" ", text))
    if text in ("", "void"):
        return []
    found = []
    for one in text.split(","):
        match = (re.fullmatch(r"\s*(.*?)\(\*(\w+)\)(\[\w+\])\s*", one) or re.fullmatch(r"\s*(.*?)(\w+)(\[\w+\])?\s*", one))
        kind, name, size = match.groups()
        if "(*" in one:
            kind += f"(*){size}"
        elif size:
            kind = kind.strip() + size
        found.append((squeeze(kind), name))
    return found


def told(comment, known, groups, parameters):
    """The statuses that the end of the comment names, from its "OK" on."""
    match = re.search(r"(?:^|[.:)]\s+)(OK\b.*)", comment, re.S)
    if not match:
        return ()
    found = []
    for word in re.findall(r"\b[A-Z][A-Z0-9_]+\b", match.group(1)):
        if word in groups:
            found += [one for one in groups[word] if one != "MFA_ERR_ROLLBACK" or "const mfa_request *" in parameters]
        elif f"MFA_{word.removeprefix('MFA_')}" in known:
            found.append(f"MFA_{word.removeprefix('MFA_')}")
    return tuple(dict.fromkeys(found))


# What a parameter is where the comment does not say it: the conventions of the contract.
BY_TYPE = {
    "size_t *": "how many bytes it has; may be NULL",
    "char[MFA_OTP_CODE_SIZE]": "filled with the digits and a NUL",
    "uint8_t[MFA_U2F_PUBLIC_KEY]": "filled with 04 x y",
    "const uint8_t[MFA_U2F_PUBLIC_KEY]": "04 x y, of the registration",
    "mfa_error *": "why, in words and numbers; NULL if you do not care",
    "const mfa_request *": "who asks: mfa_request",
    "mfa_buffer *": "emptied, and filled with MFA_OK; free it with mfa_buffer_free",
    "const mfa_engine_config *": "mfa_engine_config",
    "const mfa_begin_options *": "mfa_begin_options, or NULL",
    "const mfa_session_need *": "mfa_session_need, or NULL: what every page asks",
    "const mfa_totp_params *": "mfa_totp_params, or NULL: the defaults of its INIT",
    "const mfa_hotp_params *": "mfa_hotp_params, or NULL: the defaults of its INIT",
    "const mfa_webauthn_expect *": "what the ceremony is judged by: mfa_webauthn_expect",
    "const mfa_u2f_expect *": "what the response is judged by: mfa_u2f_expect",
    "const mfa_webauthn_columns *": "mfa_webauthn_columns",
    "const mfa_webauthn_user *": "mfa_webauthn_user",
    "const mfa_trust_input *": "mfa_trust_input",
    "const mfa_otpauth *": "mfa_otpauth",
    "mfa_method": "MFA_METHOD_*",
    "mfa_scan_fn": "called with each; answers MFA_STORE_DONE to go on",
}
MAKERS = {
    "mfa_engine": "mfa_engine_new",
    "mfa_account": "mfa_account_view",
    "mfa_offer": "mfa_enroll_begin, mfa_verify_begin or mfa_device_claim",
    "mfa_proof": "a call that verified, enrolled or changed something",
    "mfa_trust": "mfa_trust_new",
    "mfa_webauthn_response": "mfa_webauthn_response_parse",
    "mfa_webauthn_credential": "mfa_webauthn_verify_registration, mfa_webauthn_credential_new or mfa_webauthn_credential_load",
    "mfa_log": "mfa_log_new",
}
BY_NAME = {
    "now_s": "Unix time, in seconds",
    "fn_ctx": "handed to the function",
    "secret": "bytes of the key that app or token and server share",
    "code": "what the client sent",
    "response": "what the client sent",
    "user": "the user's id, as in mfa_request",
    "factor": "the factor's id, as in mfa_factor",
    "ticket": "of the offer",
    "pepper": "a key kept apart from the database, or NULL",
    "item": "which",
    "index": "of the row, from 0",
    "actor": "who does it, for the event",
    "reason": "mfa_error.reason",
    "cookies": "the whole Cookie header",
    "extra_json": "an object, as above, or NULL",
    "blob": "the bytes of that column",
    "rp_id": "the RP ID of the site",
    "counter": "the next one expected",
    "code1": "the first code that the client sent",
    "code2": "the one after it",
    "uri": "what the QR code held",
    "json": "the document",
    "data": "the bytes",
    "text": "the text",
    "len": "how many bytes",
    "out": "where to",
    "url": "the store, as above",
    "feature": "its name",
}


def say(function, kind, name, comment):
    stated = re.search(rf"(?:^|[.;)]\s|\n){name}: (.*?)(?:\.\s|\.$|$|;\s)", comment, re.S)
    if stated:
        return squeeze(stated.group(1))
    if kind.endswith("**"):
        handle = squeeze(kind.removesuffix("**"))
        when = "MFA_OK or MFA_MORE_NEEDED" if "MORE_NEEDED" in comment else "MFA_OK"
        return f"with {when} yours, free it with {handle}_free; else NULL"
    if kind in BY_TYPE and (kind != "size_t *" or name == "len"):
        return BY_TYPE[kind]
    if name.endswith("_len") and kind == "size_t":
        return f"bytes of {name.removesuffix('_len')}"
    if name.endswith("_count") and kind == "size_t":
        return f"how many {name.removesuffix('_count')} there are"
    if name in BY_NAME:
        return BY_NAME[name]
    handle = kind.removeprefix("const ").removesuffix(" *")
    if handle in MAKERS:
        return f"of {MAKERS[handle]}"
    if kind.startswith("mfa_") or handle.startswith("mfa_"):
        return handle
    if re.search(rf"\b{name}\b", comment):
        return "see above"
    raise Lack(f"{function}: nothing says what {name} is")


def function_of(draft, contract, groups):
    result, name, listed = DECLARED.match(draft.code).groups()
    kinds, comment = parameters_of(listed), draft.comment
    if not comment:
        raise Lack(f"{name}: has no comment")
    statuses = ()
    if result == "mfa_status":
        statuses = told(comment, contract.statuses, groups, [kind for kind, _ in kinds])
        if statuses[:1] != ("MFA_OK",):
            raise Lack(f"{name}: does not say what it answers")
    declaration = COMMENT.sub("", draft.code).removeprefix("MFA_API ").replace(" MFA_MUST_CHECK", "")
    return Function(name, squeeze(result), re.sub(r"\n\s+", "\n    ", declaration),
                    tuple(Parameter(kind, one, say(name, kind, one, comment)) for kind, one in kinds), comment, statuses)


def names_in(code):
    return tuple(dict.fromkeys(name for groups in NAMES.findall(COMMENT.sub("", code)) for name in groups if name))


def header_of(name, text, contract, groups):
    intro = plain(COMMENT.match(text).group()).removeprefix("libmfa: ")
    header = Header(name, intro[0].upper() + intro[1:], [Section("")])
    for draft in drafts(name, text):
        if isinstance(draft, str):
            header.sections.append(Section(draft))
        elif draft.is_function:
            header.sections[-1].items.append(function_of(draft, contract, groups))
        else:
            header.sections[-1].items.append(Type(names_in(draft.code), draft.code, draft.comment))
    return header


def read(folder):
    """The contract that the headers in the folder are."""
    texts = {name: (Path(folder) / name).read_text() for name in HEADERS}
    missing = {path.name for path in Path(folder).glob("*.h")} - set(HEADERS) - {"mfa.h"}
    if missing:
        raise Lack(f"headers.py does not name {', '.join(sorted(missing))}")
    enum = re.search(r"typedef int32_t mfa_status;\nenum \{(.*?)\n\};", texts["base.h"], re.S).group(1)
    rows = re.findall(r"(MFA_\w+) = (-?\d+),?[ ]*(?:/\*(.*?)\*/)?", enum)
    rule = squeeze(texts["base.h"].replace("\n * ", " "))
    rest, loading, saving = re.search(r"any may: (.*?)\. LOADING stands for (.*?); SAVING for these and (.*?)\.", rule).groups()
    names = lambda text: tuple(f"MFA_{word}" for word in re.findall(r"\bERR_\w+", text))  # noqa: E731
    groups = {"LOADING": names(loading), "SAVING": names(loading) + names(saving)}
    contract = Contract([], {name: squeeze(text) for name, _, text in rows}, {int(n): name for name, n, _ in rows}, names(rest))
    for name in HEADERS:
        contract.headers.append(header_of(name, texts[name], contract, groups))
    return contract
