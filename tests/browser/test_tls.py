"""The site speaking https by itself, with a certificate that the test makes."""
import ssl
import subprocess

import pytest

from certificates import certificate
from harness import Authenticator, Client, Person, Server, chromium, complaints, demo_binary


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    path, known = certificate(tmp_path_factory.mktemp("tls"), "localhost")
    with Server(arguments=["--tls", str(path), str(path)], scheme="https") as server:
        yield server, path, known
        assert server.stop() == 0


def test_a_client_that_trusts_the_certificate_signs_up_and_in(tls, name):
    server, path, _ = tls
    client = Client(server.url, ssl.create_default_context(cafile=path))
    codes = client.sign_up(name).add_totp()
    client.post("/signout", {})
    client.sign_in(name)
    assert client.enter_code(codes.next()).location == "/security"
    for kept in client.jar:
        assert kept.name.startswith("__Host-") and kept.secure and kept.path == "/" and not kept.domain_specified
        assert kept.has_nonstandard_attr("HttpOnly")
    assert {kept.name for kept in client.jar} >= {"__Host-session", "__Host-browser"}
    assert "Strict-Transport-Security" not in client.get("/").headers, "other servers of this machine are called localhost too"


def test_old_versions_of_the_protocol_are_refused(tls):
    server, path, _ = tls
    context = ssl.create_default_context(cafile=path)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(OSError, match="(?i)alert|version|protocol"):
        Client(server.url, context).get("/")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert Client(server.url, context).get("/").status == 200


def test_plain_http_gets_no_answer(tls):
    server, _, _ = tls
    with pytest.raises(OSError):
        Client(server.url.replace("https", "http")).get("/")


def test_a_passkey_over_https(tls, name):
    server, _, known = tls
    with chromium(arguments=[f"--ignore-certificate-errors-spki-list={known}"]) as driver:
        with Authenticator(driver):
            person = Person(driver, server.url, name).sign_up()
            person.add_passkey()
            person.sign_out()
            person.sign_in_with_passkey()
            assert person.path() == "/security" and driver.current_url.startswith("https://localhost:")
        assert not complaints(driver)


def test_files_that_are_no_certificate_are_told(tmp_path):
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("not a certificate")
    command = [demo_binary(), "--port", "0", "--data", str(tmp_path / "data"), "--tls"]
    ran = subprocess.run([*command, str(wrong), str(wrong)], capture_output=True, timeout=20)
    assert ran.returncode == 1 and b"not a certificate and its key" in ran.stderr
    (tmp_path / "other").mkdir()
    one, other = certificate(tmp_path, "localhost")[0], certificate(tmp_path / "other", "localhost")[0]
    ran = subprocess.run([*command, str(one), str(other)], capture_output=True, timeout=20)
    assert ran.returncode == 1 and b"not a certificate and its key" in ran.stderr


@pytest.mark.parametrize("arguments", [["--tls", "one.pem"], ["--tls", "a.pem", "b.pem", "--origin", "http://localhost"]])
def test_options_that_do_not_fit(arguments):
    ran = subprocess.run([demo_binary(), *arguments], capture_output=True, timeout=20)
    assert ran.returncode == 2 and b"--tls CERT KEY" in ran.stderr
