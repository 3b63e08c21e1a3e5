"""Firefox, headless and driven through Marionette, which is LENGTH:JSON over TCP: Debian has no geckodriver."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

from harness import PATIENCE_S, free_port

START_S = 60
PREFERENCES = {
    "security.webauth.webauthn_enable_softtoken": True,
    "security.webauth.webauthn_enable_usbtoken": False,
    "security.webauthn.always_allow_direct_attestation": True,  # instead of a question that nobody would answer
    # Whatever it would ask the network for by itself goes to a port that nobody listens on; localhost needs no proxy.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "app.update.enabled": False,
}


class Firefox:
    def __init__(self, port):
        deadline = time.monotonic() + START_S
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
                break
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        self.socket.settimeout(2 * PATIENCE_S)  # its own timeouts come first
        self.stream = self.socket.makefile("rb")
        self.sent = 0
        assert self.read()["marionetteProtocol"] == 3
        self.call("WebDriver:NewSession")
        self.call("WebDriver:SetTimeouts", script=PATIENCE_S * 1000, pageLoad=PATIENCE_S * 1000)

    def read(self):
        length = b""
        while not length.endswith(b":"):
            more = self.stream.read(1)
            assert more, "Firefox closed the connection"
            length += more
        return json.loads(self.stream.read(int(length[:-1])))

    def call(self, command, **parameters):
        self.sent += 1
        text = json.dumps([0, self.sent, command, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(text), text))
        kind, number, error, result = self.read()
        assert (kind, number) == (1, self.sent)
        assert error is None, (command, error)
        return result

    def get(self, url):
        self.call("WebDriver:Navigate", url=url)

    def execute_async_script(self, script, *arguments):
        return self.call("WebDriver:ExecuteAsyncScript", script=script, args=arguments)["value"]

    def add_authenticator(self, **options):
        """A virtual one; its id."""
        return self.call("WebAuthn:AddVirtualAuthenticator", **{
            "protocol": "ctap2_1", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
            "isUserConsenting": True, "isUserVerified": True, **options})["value"]

    def remove_authenticator(self, identity):
        self.call("WebAuthn:RemoveVirtualAuthenticator", authenticatorId=identity)

    def close(self):
        self.stream.close()
        self.socket.close()


def stop(process):
    """The browser and its children, which are a process group of their own."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        pass
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def firefox():
    with tempfile.TemporaryDirectory(prefix="mfa-firefox-", ignore_cleanup_errors=True) as home:
        port = free_port()
        preferences = {**PREFERENCES, "marionette.port": port}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
        profile = pathlib.Path(home) / "profile"
        profile.mkdir()
        (profile / "user.js").write_text("".join(lines), encoding="utf-8")
        command = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(profile),
                   "--remote-allow-system-access"]
        with open(pathlib.Path(home) / "log", "wb") as log:
            process = subprocess.Popen(command, env={**os.environ, "HOME": home}, stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log, start_new_session=True)
        try:
            driver = Firefox(port)
            try:
                yield driver
            finally:
                driver.close()
        finally:
            stop(process)
