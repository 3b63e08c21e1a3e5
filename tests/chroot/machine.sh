# Shared by the scripts here: a Debian in a chroot, whose mounts, processes and files end with the script.
set -euo pipefail
export LC_ALL=C.UTF-8
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
[ "$(id -u)" -eq 0 ] || { echo "tests/chroot/${0##*/}: needs root" >&2; exit 1; }
[ "${1-}" = inside ] || exec unshare --mount --pid --fork --kill-child --mount-proc "$0" inside

machine=$(mktemp -d "${TMPDIR:-/tmp}/libmfa-chroot.XXXXXX")
cleanup() {
  umount --recursive --quiet "$machine/proc" "$machine/dev" || true
  rm -rf --one-file-system "$machine" "$machine".*
}
trap cleanup EXIT

# On the public headers and the shared library alone.
c_programs=(tests/abi/consumer tests/abi/consumer_of_baseline tests/abi/null_test
  tests/capi/{base,otp,recovery,webauthn,u2f}_capi_test)

checks=0 failed=0
step() { # step NAME COMMAND...: one check, with its time; a function ends at its first command that fails
  local name=$1 start=$SECONDS code
  shift
  checks=$((checks + 1))
  set +e # in a condition its own set -e would mean nothing
  (set -e && "$@") >"$machine.log" 2>&1
  code=$?
  set -e
  if [ "$code" -eq 0 ]; then
    printf 'ok     %s: %d s: %s\n' "$name" $((SECONDS - start)) "$(tail -n 1 "$machine.log")"
  else
    failed=$((failed + 1))
    printf 'FAILED %s: %d s\n' "$name" $((SECONDS - start))
    tail -n 200 "$machine.log" | sed 's/^/    | /'
  fi
  rm -f "$machine.log"
}
there() { chroot "$machine" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

# The mirror from which this machine has its own Debian, whatever it is.
mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
    "Codename: $(. /etc/os-release && echo "$VERSION_CODENAME")" 'Component: main' | head -n 1
}

architecture=
# debian NAME SUITE SOURCES PACKAGE...: the machine, with a clone of this repository in /srv/libmfa; of another architecture, if
# that is set.
debian() {
  local name=$1 suite=$2 sources=$3
  shift 3
  step "$name" mmdebstrap --mode=root --variant=minbase ${architecture:+--architectures=$architecture} ${1:+"--include=$(IFS=, && echo "$*")"} "$suite" "$machine" - <<<"$sources"
  cp /etc/resolv.conf /etc/hosts "$machine/etc/"
  mount -t proc proc "$machine/proc"
  mount --rbind /dev "$machine/dev"
  mount --make-rslave "$machine/dev"
  step 'clone' git -c safe.directory='*' clone --quiet --no-hardlinks "$root" "$machine/srv/libmfa"
}

finish() {
  printf '%d checks, %d failed\n' "$checks" "$failed"
  [ "$failed" -eq 0 ]
}
