"""ML-DSA credentials of a real Chromium, in the reading of an `mfa webauthn verify` whose OpenSSL is 3.5 or newer."""

import base64
import http.server
import threading

import pytest

import ceremonies
from harness import Authenticator, chromium

ML_DSA_44, ML_DSA_65 = -48, -49
PUBLIC_KEY_BYTES = {ML_DSA_44: 1312, ML_DSA_65: 1952}  # FIPS 204, table 2
SIGNATURE_BYTES = {ML_DSA_44: 2420, ML_DSA_65: 3309}


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>x</title>")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def origin():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(scope="module")
def driver(origin):
    with chromium() as browser:
        browser.get(origin)
        yield browser


@pytest.mark.parametrize("attestation, format", [("none", "none"), ("direct", "packed")])
@pytest.mark.parametrize("algorithm", [ML_DSA_44, ML_DSA_65])
def test_registers_and_signs(driver, origin, algorithm, attestation, format):
    with Authenticator(driver, transport="usb", protocol="ctap2"):
        created = ceremonies.create(driver, "localhost", algorithm, attestation=attestation)
        answer = ceremonies.get(driver, "localhost", created["id"])

    def judge(ceremony, response, credential=None, **expect):
        return ceremonies.judge(ceremony, response, "localhost", origin, credential, **{"algorithms": [algorithm], **expect})

    verdict = judge("registration", created)
    assert verdict["ok"], verdict
    assert (verdict["format"], verdict["alg"]) == (format, algorithm)
    assert len(from_base64url(verdict["public_key"])) > PUBLIC_KEY_BYTES[algorithm]
    other = ML_DSA_44 + ML_DSA_65 - algorithm
    assert judge("registration", created, algorithms=[other])["step"] == "7.1.20"

    credential = {"id": verdict["credential_id"], "public_key": verdict["public_key"], "sign_count": verdict["sign_count"],
                  "user_handle": ceremonies.USER, "backup_eligible": verdict["flags"]["be"]}
    login = judge("authentication", answer, credential)
    assert login["ok"] and login["sign_count"] > verdict["sign_count"], login
    signature = bytearray(from_base64url(answer["response"]["signature"]))
    assert len(signature) == SIGNATURE_BYTES[algorithm]
    signature[100] ^= 1
    answer["response"]["signature"] = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    assert judge("authentication", answer, credential)["step"] == "7.2.21"
