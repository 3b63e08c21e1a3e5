# Shared by the scripts: where the tree is, how a missing Debian package gets in, how a build folder is made.
set -euo pipefail
export LC_ALL=C.UTF-8
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# One package a line, so that a change of needs is a change of one line.
build_packages=(
  g++
  meson
  ninja-build
  pkg-config
  python3
  libsodium-dev      # sealing, Argon2id, Ed25519, randomness
  libssl-dev         # ECDSA, RSA, X.509, HMAC
  libcbor-dev        # CBOR tokenizer
  libsqlite3-dev     # default store
  libfmt-dev
  rapidjson-dev      # JSON, header-only
  libqrcodegencpp-dev
  libcpp-httplib-dev # demo site, header-only
  libcurl4-openssl-dev # its mails
  libpam0g-dev       # examples/pam
  doctest-dev        # unit tests, header-only
)
walk_packages=(chromium chromium-driver python3-selenium oathtool)
browser_packages=(firefox-esr python3-aiosmtpd python3-pytest-xdist "${walk_packages[@]}")
python_packages=(python3-dev python3-setuptools python3-wheel python3-pip python3-venv mypy python3-flask python3-django
  python3-psycopg2 postgresql)
rust_packages=(rustc cargo)
pam_packages=(pamtester libpam-wrapper)
quick_packages=(abigail-tools binutils cmake make mandoc sqlite3 python3-pytest python3-jsonschema python3-cffi oathtool python3-pyotp swtpm
  python3-tpm2-pytss python3-cryptography python3-fido2 libfido2-1)
test_packages=(clang libclang-rt-14-dev clang-format git libauthen-u2f-tester-perl golang-go
  golang-github-duo-labs-webauthn-dev openssl "${pam_packages[@]}" "${python_packages[@]}" "${rust_packages[@]}"
  "${quick_packages[@]}" "${browser_packages[@]}")
long_packages=(libfuzzer-14-dev mmdebstrap debhelper dh-python lintian arch-test qemu-user-static g++-s390x-linux-gnu)

say() { printf '%s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# need WHAT-FOR PACKAGE...: installs those that dpkg does not know; touches no network when there are none.
need() {
  local what=$1 package missing=() as_root=()
  shift
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "to $what, install as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing Debian packages to $what: ${missing[*]}"
  "${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=500 update >/dev/null || die 'apt-get update failed'
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=500 \
    -o Dpkg::Use-Pty=0 install --no-install-recommends "${missing[@]}" >/dev/null || die 'apt-get install failed'
}

# The daily build folder: g++, optimised, with debug information; installs into build/prefix. Warnings are errors here and in the
# other builds of the tests, not for whoever builds with a compiler or options of their own.
configure() {
  [ -f "$root/build/build.ninja" ] && return 0
  CC=gcc CXX=g++ meson setup "$root/build" "$root" --prefix "$root/build/prefix" -Dlibdir=lib -Dwerror=true \
    -Dpkgconfig.relocatable=true >"$root/build.log" 2>&1 || {
    cat "$root/build.log" >&2
    die 'meson setup failed'
  }
  mv "$root/build.log" "$root/build/setup.log"
}
