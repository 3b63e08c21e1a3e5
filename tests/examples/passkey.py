"""The software authenticator, as a browser on a page would use it. MFA_PASSKEY names its program."""

import os
import subprocess


class Passkey:
    def __init__(self, origin):
        self.origin = origin
        self.program = subprocess.Popen([os.environ["MFA_PASSKEY"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def answer(self, what, options):
        self.program.stdin.write(f"{what} {self.origin} {options}\n")
        self.program.stdin.flush()
        return self.program.stdout.readline().rstrip("\n")

    def create(self, options):
        return self.answer("create", options)

    def get(self, options):
        return self.answer("get", options)

    def close(self):
        self.program.stdin.close()
        self.program.stdout.close()
        self.program.wait(timeout=30)
