"""What stays when the packages go, in the machine that packages_test.py and languages_test.py leave."""

from packaged import MACHINE, signs_in, there


def test_the_shared_library_is_enough_to_run():
    there("apt-get", "-y", "-q", "purge", "libmfa-dev", "mfa-tools", "python3-mfa")
    there("apt-get", "-y", "-q", "autoremove", "--purge")
    assert not (MACHINE / "usr/include/mfa").exists() and not (MACHINE / "usr/lib/python3/dist-packages/mfa").exists()
    signs_in("/root/shared")


def test_nothing_stays():
    there("apt-get", "-y", "-q", "purge", "libmfa0")
    left = [path for path in (MACHINE / "usr").rglob("*mfa*") if "dpkg" not in path.parts]
    assert left == []
    there("/root/shared", fails=True)
