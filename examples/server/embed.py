"""Writes a C++ file that holds other files: embed.py OUT ROOT FILE..., each named by its path under ROOT."""
import hashlib
import pathlib
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
HEAD = '#include "assets.hpp"\n\nnamespace demo {\nnamespace {\nconstexpr Asset kAssets[] = {\n'
TAIL = "};\n}  // namespace\n\nstd::span<const Asset> assets() { return kAssets; }\n\n}  // namespace demo\n"


def row(root, path):
    text = path.read_text(encoding="utf-8")
    version = hashlib.sha256(text.encode()).hexdigest()[:16]
    name = path.relative_to(root).as_posix()
    return f'    {{"{name}", "{TYPES[path.suffix]}", "{version}",\n     R"embedded({text})embedded"}},\n'


def main():
    out, root, *files = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    out.write_text(HEAD + "".join(row(root, path) for path in files) + TAIL, encoding="utf-8")


main()
