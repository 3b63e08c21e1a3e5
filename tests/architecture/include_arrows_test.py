"""The rules hold for this tree, and each rule refuses a tree that breaks it."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from include_arrows import MAX_LINES, problems, read_tree  # noqa: E402

ROOT = HERE.parents[1]

CLEAN = {
    "src/core/bytes.hpp": "#include <vector>\n// a comment may say catch (all) and throw\n",
    "src/core/digest.cpp": '#include "core/bytes.hpp"\n#include <openssl/evp.h>\n',
    "src/core/openssl.hpp": "#include <openssl/bn.h>\n",
    "src/core/signature.cpp": '#include "core/openssl.hpp"\n',
    "src/core/cbor.cpp": "#include <cbor.h>\n",
    "src/core/json.cpp": "#include <rapidjson/reader.h>\nvoid *f() { throw 1; }\n",
    "src/core/status.hpp": '#include "mfa/base.h"\n',
    "src/methods/otp/otp.cpp": '#include "methods/otp/otp.hpp"\n#include "core/bytes.hpp"\n',
    "src/methods/otp/qr.cpp": "#include <qrcodegen/qrcodegen.hpp>\n",
    "src/engine/request.hpp": '#include "mfa/engine.h"\n',
    "src/engine/engine.cpp": '#include "methods/otp/otp.hpp"\n#include "engine/ports.hpp"\n#include <thread>\n',
    "src/store/sqlite_file.cpp": '#include "engine/ports.hpp"\n#include <sqlite3.h>\n#include <sys/stat.h>\n',
    "src/capi/boundary.hpp": "void f() { try { g(); } catch (...) {} }\n",
    "src/capi/otp.cpp": '#include "capi/boundary.hpp"\n#include "mfa/otp.h"\n'
                        "mfa_status mfa_totp_code(const char *code, mfa_error *err) {\n"
                        "  return boundary(err, [&]() -> Result<Done> { return done; });\n}\n",
    "src/cli/main.cpp": "#include <mfa/mfa.h>\n",
    "include/mfa/otp.h": '#include "base.h"\n#include <stdint.h>\n',
    "include/mfa/mfa.hpp": '#include "cxx/x.hpp"\n',
    "include/mfa/cxx/x.hpp": '#include <mfa/otp.h>\n#include "answer.hpp"\n#include <span>\n',
    "examples/c/login.c": "#include <mfa/mfa.h>\n#include <stdio.h>\n",
    "examples/server/main.cpp": '#include <httplib.h>\n#include <sqlite3.h>\n#include "http.hpp"\n',
    "tests/core/x_test.cpp": '#include "core/bytes.hpp"\n#include <openssl/err.h>\n// https://example.org\n',
}

EXPORTED = "mfa_status mfa_x(const void *a) {"
BREACHES = {
    "core includes engine": ("src/core/x.cpp", '#include "engine/ports.hpp"', "an arrow from core to engine"),
    "core includes a method": ("src/core/x.hpp", '#include "methods/otp/otp.hpp"', "an arrow from core to methods"),
    "core includes an upper header": ("src/core/x.hpp", "#include <mfa/engine.h>", "an arrow from core to mfa"),
    "method includes engine": ("src/methods/otp/x.cpp", '#include "engine/ports.hpp"', "from methods to engine"),
    "method includes method": ("src/methods/otp/x.cpp", '#include "methods/u2f/u2f.hpp"', "includes the method u2f"),
    "engine includes a store": ("src/engine/x.cpp", '#include "store/memory.hpp"', "an arrow from engine to store"),
    "engine includes the skin": ("src/engine/x.cpp", '  #  include "capi/boundary.hpp"', "from engine to capi"),
    "store includes an engine's inside": ("src/store/x.cpp", '#include "engine/engine.hpp"', "from store to engine"),
    "store includes the engine's contract": ("src/store/x.cpp", '#include "mfa/engine.h"', "from store to mfa"),
    "store includes the skin": ("src/store/x.cpp", '#include "capi/boundary.hpp"', "an arrow from store to capi"),
    "command includes an inside": ("src/cli/x.cpp", '#include "core/bytes.hpp"', "an arrow from cli to core"),
    "example includes an inside": ("examples/c/x.c", '#include "core/bytes.hpp"', "an arrow from examples to core"),
    "binding includes an inside": ("bindings/go/x.c", '#include "capi/boundary.hpp"', "from bindings to capi"),
    "public header includes an inside": ("include/mfa/x.h", '#include "core/x.hpp"', "from include to core"),
    "public header includes the wrapper": ("include/mfa/x.h", '#include "cxx/x.hpp"', "an arrow from include to cxx"),
    "wrapper includes an inside": ("include/mfa/cxx/x.hpp", '#include "core/x.hpp"', "an arrow from cxx to core"),
    "OpenSSL in the wrapper": ("include/mfa/cxx/x.hpp", "#include <openssl/evp.h>", "outside its wrapper"),
    "OpenSSL in a method": ("src/methods/otp/x.cpp", "#include <openssl/hmac.h>", "outside its wrapper"),
    "OpenSSL in quotes": ("src/methods/otp/x.cpp", '#include "openssl/hmac.h"', "outside its wrapper"),
    "OpenSSL in a header of ours": ("src/core/x.hpp", "#include <openssl/evp.h>", "outside its wrapper"),
    "OpenSSL by way of a header": ("src/engine/x.cpp", '#include "core/openssl.hpp"', "outside its wrapper"),
    "OpenSSL handed on": ("src/core/x.hpp", '#include "core/openssl.hpp"', "outside its wrapper"),
    "libsodium in the engine": ("src/engine/x.cpp", "#include <sodium.h>", "outside its wrapper"),
    "libcbor beside its wrapper": ("src/core/x.cpp", "#include <cbor.h>", "outside its wrapper"),
    "RapidJSON beside its wrapper": ("src/core/x.cpp", "#include <rapidjson/reader.h>", "outside its wrapper"),
    "qrcodegen beside its wrapper": ("src/methods/otp/x.cpp", "#include <qrcodegen/qrcodegen.hpp>", "its wrapper"),
    "SQLite beside its wrapper": ("src/store/x.cpp", "#include <sqlite3.h>", "outside its wrapper"),
    "SQLite by way of a header": ("src/capi/x.cpp", '#include "store/sqlite_handles.hpp"', "outside its wrapper"),
    "a new library": ("src/core/x.cpp", "#include <boost/asio.hpp>", "of no library"),
    "a clock in a method": ("src/methods/otp/x.cpp", "#include <chrono>", "takes clock"),
    "catch in the engine": ("src/engine/x.cpp", "void f() { try { g(); } catch (...) {} }", "catch outside"),
    "catch in the skin": ("src/capi/x.cpp", "void f() { try { g(); } catch (int) {} }", "catch outside"),
    "the C library's generator": ("src/methods/otp/x.cpp", "int f() { return rand() % 10; }", "can be foreseen"),
    "POSIX's generator": ("src/core/x.cpp", "long f() { return random(); }", "can be foreseen"),
    "the Mersenne Twister": ("src/engine/x.cpp", "std::mt19937_64 twister;", "can be foreseen"),
    "the header of generators": ("src/core/x.cpp", "#include <random>", "can be foreseen"),
    "throw": ("src/engine/x.cpp", "void f() { throw 1; }", "return a Failure"),
    "no boundary": ("src/capi/x.cpp", EXPORTED + "\n  return MFA_OK;\n}", "mfa_x does not begin with"),
    "work before the boundary": ("src/capi/x.cpp", EXPORTED + "\n  g();\n  return boundary(0, f);\n}", "mfa_x does"),
    "boundary in a comment": ("src/capi/x.cpp", EXPORTED + "\n  // return boundary(\n  return 0;\n}", "mfa_x does"),
    "a long file": ("src/core/x.cpp", "\n" * (MAX_LINES + 1), "lines: is it still one idea"),
    "an address": ("docs/x.md", "see https://mirror." + "somewhere.net/debian", "the address of mirror.somewhere.net"),
    "an address in a wrap": ("subprojects/x.wrap", "source_url = https://mirror." + "somewhere.net/x", "the address of"),
    "a private address": ("README.md", "see http://10." + "1.2.3/x", "the address of 10.1.2.3"),
    "unfinished": ("src/core/x.cpp", "// TO" + "DO: more", "finish it"),
    "switched off": ("tests/core/x_test.cpp", "TEST_CASE(\"x\" * doctest::" + "skip())", "switched off"),
}


def plant(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_this_tree_keeps_the_rules():
    assert problems(ROOT) == []


def test_this_tree_was_read():
    names = {file.name for file in read_tree(ROOT)}
    assert {"src/capi/boundary.hpp", "src/core/bytes.hpp", "include/mfa/engine.h", "README.md", "meson.build"} <= names


def test_a_clean_tree_has_no_problem(tmp_path):
    plant(tmp_path, CLEAN)
    assert problems(tmp_path) == []


def test_what_npm_installed_is_not_ours(tmp_path):
    address = "see https://mirror." + "somewhere.net"
    plant(tmp_path, CLEAN | {"tests/node_modules/a/README.md": address})
    assert problems(tmp_path) == []
    plant(tmp_path, {"tests/modules/a/README.md": address})
    assert len(problems(tmp_path)) == 1


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES)
def test_refuses(tmp_path, breach):
    name, text, expected = breach
    plant(tmp_path, CLEAN | {name: text})
    found = problems(tmp_path)
    assert len(found) == 1, found
    assert found[0].startswith(name) and expected in found[0]
