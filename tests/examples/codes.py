"""What an authenticator app shows, by oathtool. Enrol with the code of now and sign in with the next one: both are right, also
when a step ends in between."""

import subprocess
import time


def app_code(secret, steps=0):
    """secret: base32; steps: from now, of 30 s."""
    when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + 30 * steps))
    return subprocess.run(["oathtool", "--totp", "--base32", "--now", when, secret], check=True, capture_output=True,
                          text=True).stdout.strip()


def wrong_code(secret):
    near = {app_code(secret, steps) for steps in range(-2, 4)}
    return next(code for code in (f"{number:06}" for number in range(10)) if code not in near)
