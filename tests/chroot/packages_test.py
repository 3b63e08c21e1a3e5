"""The Debian packages as their user has them: in a machine where nothing else of libmfa is. In the order of this file, since each test
installs more; languages_test.py goes on, removal_test.py ends. The codes are oathtool's.
"""

import re

from cmake_test import LISTS
from install_test import PROGRAM, version
from packaged import MACHINE, install, needed, shell, signs_in, there, write
from readme_test import PROGRAM as README_C
from readme_test import PYTHON as README_PYTHON
from readme_test import oathtool


def test_the_command():
    there("apt-get", "-q", "update")
    install("libmfa0", "mfa-tools")
    assert version() in there("mfa", "--version")
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    assert there("mfa", "totp", "code", "--secret", secret, "--time", "59").split()[0] == oathtool(secret, 59)
    write("config.json", '{"version": 1, "issuer": "Example"}')
    there("mfa", "config", "check", "/root/config.json")
    write("config.json", '{"version": 1, "issuer": "Example", "nonsense": 1}')
    assert "nonsense" in there("mfa", "config", "check", "/root/config.json", fails=True)


def test_it_brought_no_compiler_and_no_python():
    for program in ("/usr/bin/cc", "/usr/bin/python3", "/usr/include/mfa"):
        assert not (MACHINE / program[1:]).exists()


def test_python():
    install("python3-mfa")
    write("app.py", README_PYTHON)
    signs_in("python3", "/root/app.py")
    assert there("python3", "-c", "import mfa; print(mfa.COMPILED, mfa.version())").split() == ["True", version()]
    module = there("sh", "-c", "dpkg -L python3-mfa | grep abi3").strip()
    assert module.startswith("/usr/lib/python3/dist-packages/mfa/_mfa.abi3")
    assert not (MACHINE / "usr/include/mfa").exists()


def compile_with(flags, source="use.c", program="use", fails=False):
    return shell(f"cc -std=c99 -Wall -Wextra -Werror {source} -o {program} {flags}", fails=fails)


SHARED = "$(pkg-config --cflags --libs libmfa)"
STATIC = "$(pkg-config --static --cflags --libs libmfa)"


def test_cc_shared():
    install("libmfa-dev", others=["gcc", "libc6-dev", "pkg-config"])
    assert not (MACHINE / "usr/bin/g++").exists()
    write("use.c", README_C)
    compile_with(SHARED, program="shared")
    assert sorted(needed("shared")) == ["libc.so.6", "libmfa.so.0"]
    signs_in("/root/shared")


def test_cc_with_libmfa_static():
    install("libmfa-dev", others=["libstdc++-12-dev"])
    compile_with(f"{STATIC[:-1]} | sed 's/-lmfa/-l:libmfa.a/')", program="static")
    assert "libmfa.so.0" not in needed("static")
    signs_in("/root/static")


def test_cc_static_throughout_lacks_libcbor_alone():
    said = compile_with(f"-static {STATIC}", program="throughout", fails=True)
    assert set(re.findall(r"cannot find (-l\S+?):? ", said)) == {"-lcbor"}, said


def test_cmake():
    install("libmfa-dev", others=["cmake", "make"])
    write("project/use.c", PROGRAM)
    write("project/CMakeLists.txt", LISTS.format(languages="C", wanted="0.1", components="static", source="use.c"))
    there("cmake", "-S", "/root/project", "-B", "/root/project/build")
    there("cmake", "--build", "/root/project/build")
    for program in ("shared", "static"):
        assert there(f"/root/project/build/{program}") == version() + "\n"
        assert ("libmfa.so.0" in needed(f"project/build/{program}")) == (program == "shared")
