"""Ceremonies across origins, in a real browser over https: frames, related origins, the AppID of U2F keys."""

import base64
import contextlib
import http.server
import json
import os
import ssl
import threading

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

import ceremonies
from certificates import certificate
from harness import Authenticator, chromium

RP, SHOP, OTHER = "https://rp.test", "https://shop.test", "https://other.test"
APP_ID = RP + "/app-id.json"
PAGES = {
    "/": ("text/html", "<!doctype html><title>x</title><button>x</button>"),
    "/frame": ("text/html", f"<!doctype html><title>x</title><iframe src='{RP}/' allow='publickey-credentials-create *; "
                            "publickey-credentials-get *'></iframe>"),
    "/.well-known/webauthn": ("application/json", json.dumps({"origins": [OTHER]})),
}


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, text = PAGES.get(self.path, (None, ""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(path):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    path, known = certificate(tmp_path_factory.mktemp("tls"), "*.test")
    with serving(path) as port:
        arguments = (f"--ignore-certificate-errors-spki-list={known}",
                     f"--host-resolver-rules=MAP *.test:443 127.0.0.1:{port}")
        with chromium(arguments=arguments) as driver:
            driver.set_script_timeout(20)
            yield driver
            driver.execute_cdp_cmd("WebAuthn.disable", {})


def create(driver):
    return ceremonies.create(driver, "rp.test")


def judge(ceremony, answer, credential=None, **expect):
    return ceremonies.judge(ceremony, answer, "rp.test", RP, credential, **expect)


def test_a_frame_in_a_page_of_another_site(web):
    with Authenticator(web, transport="usb"):
        web.get(SHOP + "/frame")
        web.switch_to.frame(0)
        web.find_element("css selector", "button").click()  # a frame of another origin wants a user to act first
        answer = create(web)
        client_data = json.loads(base64.urlsafe_b64decode(answer["response"]["clientDataJSON"] + "=="))
        assert client_data["crossOrigin"] is True and client_data["topOrigin"] == SHOP
        assert judge("registration", answer)["step"] == "7.1.10"
        assert judge("registration", answer, cross_origin=True)["step"] == "7.1.11"
        assert judge("registration", answer, cross_origin=True, top_origins=[OTHER])["step"] == "7.1.11"
        verdict = judge("registration", answer, cross_origin=True, top_origins=[SHOP])
        assert verdict["ok"], verdict


def test_an_origin_that_the_document_relates(web):
    with Authenticator(web, transport="usb"):
        web.get(OTHER + "/")
        answer = create(web)
        assert judge("registration", answer)["step"] == "7.1.9"
        assert judge("registration", answer, origins=[RP, OTHER])["ok"]


def test_a_u2f_key_enrolled_long_ago_signs_in_by_its_app_id(web):
    with Authenticator(web, transport="usb", protocol="u2f", hasResidentKey=False, hasUserVerification=False,
                       isUserVerified=False) as authenticator:
        web.get(RP + "/")
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                    serialization.NoEncryption())
        point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        identity = os.urandom(32)
        authenticator.own("addCredential", credential={
            "credentialId": base64.b64encode(identity).decode(), "isResidentCredential": False, "rpId": APP_ID,
            "privateKey": base64.b64encode(private).decode(), "signCount": 0})
        name = base64.urlsafe_b64encode(identity).decode().rstrip("=")
        answer = ceremonies.get(web, "rp.test", name, userVerification="discouraged", extensions={"appid": APP_ID})
        assert answer["clientExtensionResults"]["appid"] is True
        credential = {"id": name, "public_key": base64.urlsafe_b64encode(point).decode().rstrip("="), "sign_count": 0}
        verdict = judge("authentication", answer, credential, app_id=APP_ID)
        assert verdict["ok"] and verdict["sign_count"] == 1, verdict
        assert judge("authentication", answer, credential)["step"] == "7.2.15"
        assert judge("authentication", answer, credential, app_id=RP + "/other.json")["step"] == "7.2.15"
