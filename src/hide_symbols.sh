#!/bin/sh
# Makes the installed libmfa.a one object, of which only what mfa.map lists is global: a program may have names like ours, and
# other versions of what we are made from. Meson runs it while it installs: hide_symbols.sh LIBDIR MAP LD NM OBJCOPY AR
set -eu
archive=$MESON_INSTALL_DESTDIR_PREFIX/$1/libmfa.a
map=$2 ld=$3 nm=$4 objcopy=$5 ar=$6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Groups are dissolved: a local symbol in a group that the linker drops would be undefined.
"$ld" -r --force-group-allocation -o "$work/mfa.o" --whole-archive "$archive"
sed -n 's/^ *\(mfa_[a-z0-9_]*\);$/\1/p' "$map" >"$work/kept"
"$nm" --extern-only --defined-only --format=posix "$work/mfa.o" | cut -d ' ' -f 1 | grep -vxFf "$work/kept" >"$work/hidden" || true
"$objcopy" --localize-symbols="$work/hidden" "$work/mfa.o"
"$ar" rcsD "$work/libmfa.a" "$work/mfa.o"
cat "$work/libmfa.a" >"$archive"
