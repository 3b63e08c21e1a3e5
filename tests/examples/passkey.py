"""The software authenticator of the scenarios, as a browser on a page would use it. MFA_AUTHENTICATOR names its program."""

import json
import os
import secrets
import subprocess


class Passkey:
    def __init__(self, origin):
        self.origin = origin
        self.program = subprocess.Popen([os.environ["MFA_AUTHENTICATOR"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ask(op="seed", seed=secrets.randbits(53))

    def ask(self, **request):
        self.program.stdin.write(json.dumps(request) + "\n")
        self.program.stdin.flush()
        told = self.program.stdout.readline().rstrip("\n")
        assert '"error"' not in told, told
        return told

    def answer(self, op, options):
        return self.ask(op=op, authenticator="phone", origin=self.origin, options=json.loads(options), fault="")

    def create(self, options):
        return self.answer("create", options)

    def get(self, options):
        return self.answer("get", options)

    def close(self):
        self.program.stdin.close()
        self.program.stdout.close()
        self.program.wait(timeout=30)
