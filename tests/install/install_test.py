"""The installed tree works for a program that knows only pkg-config: shared, static, and moved elsewhere.

MFA_PREFIX names the tree; by default build/prefix, where scripts/build puts it.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PREFIX = Path(os.environ.get("MFA_PREFIX", ROOT / "build/prefix"))
FILES = ["lib/libmfa.so", "lib/libmfa.so.0", "lib/libmfa.a", "lib/pkgconfig/libmfa.pc", "share/libmfa/config.schema.json",
         "lib/cmake/libmfa/libmfaConfig.cmake", "lib/cmake/libmfa/libmfaConfigVersion.cmake",
         "share/doc/libmfa/reference.html", "share/man/man1/mfa.1", "share/man/man3/libmfa.3", "share/man/man3/mfa_verify_code.3",
         *(f"include/{path.relative_to(ROOT / 'include')}" for path in (ROOT / "include/mfa").rglob("*.h*"))]
PROGRAM = '#include <mfa/mfa.h>\n#include <stdio.h>\nint main(void) { return puts(mfa_version()) < 0; }\n'
STRICT = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]


def run(*command, **more):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def pkg_config(prefix, *options):
    path = os.pathsep.join([str(prefix / "lib/pkgconfig"), os.environ.get("PKG_CONFIG_PATH", "")])
    return run("pkg-config", *options, "libmfa", env={**os.environ, "PKG_CONFIG_PATH": path}).split()


def build(folder, prefix, text, static=False):
    """Compiles with the two commands of README.md."""
    source, program = folder / "use.c", folder / "use"
    source.write_text(text)
    flags = pkg_config(prefix, "--cflags", "--libs", *(["--static"] if static else []))
    if static:
        flags = ["-l:libmfa.a" if flag == "-lmfa" else flag for flag in flags]
    else:
        flags.append(f"-Wl,-rpath,{pkg_config(prefix, '--variable=libdir')[0]}")
    run("gcc", *STRICT, source, "-o", program, *flags)
    return program


def version():
    return re.search(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text()).group(1)


@pytest.mark.parametrize("name", FILES)
def test_is_installed(name):
    assert (PREFIX / name).exists()


def test_nothing_else_is_in_the_include_folder():
    def headers(folder):
        return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.name != "meson.build"}
    assert headers(PREFIX / "include/mfa") == headers(ROOT / "include/mfa")


def test_shared(tmp_path):
    program = build(tmp_path, PREFIX, PROGRAM)
    assert run(program) == version() + "\n"
    assert "[libmfa.so.0]" in run("readelf", "-d", program)


def test_static(tmp_path):
    program = build(tmp_path, PREFIX, PROGRAM, static=True)
    assert run(program) == version() + "\n"
    needed = run("readelf", "-d", program)
    assert "libmfa" not in needed
    assert "libfmt" not in needed


def test_the_archive_has_no_global_name_but_those_of_the_map():
    listed = re.findall(r"^\s+(mfa_\w+);", (ROOT / "src/capi/mfa.map").read_text(), re.M)
    symbols = run("nm", "--extern-only", "--defined-only", "--format=posix", PREFIX / "lib/libmfa.a")
    assert sorted(re.findall(r"^(\w+) \w ", symbols, re.M)) == listed


def test_static_throughout_wants_nothing_but_libcbor(tmp_path):
    """Debian 12 has an archive of each library that libmfa needs, but of libcbor."""
    (tmp_path / "use.c").write_text(PROGRAM)
    flags = pkg_config(PREFIX, "--static", "--cflags", "--libs")
    assert "-lcbor" in flags and "-lstdc++" in flags
    needed = set(re.findall(r" U (cbor_\w+)", run("nm", "-u", PREFIX / "lib/libmfa.a")))
    assert needed
    (tmp_path / "cbor.c").write_text("".join(f"int {name}(void);\nint {name}(void) {{ return 0; }}\n" for name in needed))
    run("gcc", "-c", tmp_path / "cbor.c", "-o", tmp_path / "cbor.o")
    run("ar", "rcs", tmp_path / "libcbor.a", tmp_path / "cbor.o")
    run("gcc", *STRICT, "-static", tmp_path / "use.c", "-o", tmp_path / "use", *flags, f"-L{tmp_path}")
    assert run(tmp_path / "use") == version() + "\n"
    assert "no dynamic section" in run("readelf", "-d", tmp_path / "use")


def test_pkg_config_knows_the_version():
    assert pkg_config(PREFIX, "--modversion") == [version()]


@pytest.mark.parametrize("static", [False, True], ids=["shared", "static"])
def test_the_tree_may_be_moved(tmp_path, static):
    moved = tmp_path / "elsewhere"
    shutil.copytree(PREFIX, moved, symlinks=True)
    program = build(tmp_path, moved, PROGRAM, static)
    assert run(program) == version() + "\n"
    assert str(PREFIX) not in (moved / "lib/pkgconfig/libmfa.pc").read_text()
    assert str(moved) in " ".join(pkg_config(moved, "--cflags"))
