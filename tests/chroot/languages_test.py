"""The other languages, where nothing of libmfa is but its packages and the binding's own folder. In the order of this file."""

import re
import shutil
import subprocess
import time
from urllib.parse import parse_qs, urlparse

import pytest

from install_test import ROOT
from packaged import CHROOT, MACHINE, install, needed, shell, signs_in, write
from readme_test import oathtool


def program_of(guide, language):
    """The first program in a guide."""
    return re.search(rf"```{language}\n(.*?)```", (ROOT / "docs" / guide).read_text(), re.S).group(1)


def copy(folder):
    """A folder of the repository, as it is checked out."""
    listed = subprocess.run(["git", "-C", str(ROOT), "-c", "safe.directory=*", "ls-files", "-z", folder], check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        into = MACHINE / "root" / name
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, into)


def test_cxx():
    install("libmfa-dev", others=["g++", "pkg-config"])
    write("use.cpp", program_of("cxx.md", "cpp"))
    shell("g++ -std=c++20 -Wall -Wextra -Werror use.cpp -o cxx $(pkg-config --cflags --libs libmfa)")
    assert "libmfa.so.0" in needed("cxx")
    process = subprocess.Popen([*CHROOT, "/root/cxx"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    secret = parse_qs(urlparse(process.stdout.readline().strip()).query)["secret"][0]
    said, _ = process.communicate(oathtool(secret, time.time()) + "\n", timeout=30)
    assert (process.returncode, said) == (0, "alice is enrolled\n")


GO = r"""package main

import (
	"context"
	"fmt"
	"log"

	"libmfa/mfa"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	store := must(mfa.OpenStore("memory:"))
	engine := must(mfa.NewEngine(mfa.Config{
		JSON:  `{"version": 1, "issuer": "Example"}`,
		Keys:  []mfa.Key{must(mfa.NewKey(1))},
		Store: store,
	}))
	defer engine.Close()
	ctx := context.Background()
	visit := mfa.Request{Purpose: mfa.PurposeLogin, User: "alice", Browser: "random value of a cookie", Proven: mfa.ProvenPassword}
	offer := must(engine.EnrollBegin(ctx, visit, mfa.MethodTOTP, nil))
	fmt.Printf("Add this to your app: %s\n", offer.URI)
	var code string
	must(fmt.Scan(&code))
	must(engine.EnrollFinish(ctx, visit, offer.Ticket, code))
	must(fmt.Scan(&code))
	proof := must(engine.VerifyCode(ctx, visit, mfa.MethodTOTP, code))
	fmt.Printf("%s is signed in.\n", proof.User)
}
"""


def test_go():
    install("libmfa-dev", others=["golang-go", "gcc", "libc6-dev", "pkg-config"])
    copy("bindings/go")
    write("program/main.go", GO)
    write("program/go.mod", "module example\n\ngo 1.19\n\nrequire libmfa/mfa v0.0.0\n\nreplace libmfa/mfa => ../bindings/go\n")
    shell("cd program && go vet ./... && go build -o use .")
    assert "libmfa.so.0" in needed("program/use")
    signs_in("/root/program/use")
    copy("examples/go")
    shell("cd examples/go && go build -o /root/site .")
    assert "libmfa.so.0" in needed("site")


def test_node():
    if shutil.which("npm") is None:
        pytest.fail("npm, which fetches koffi, is not on this machine")
    install("libmfa0", others=["nodejs"])
    copy("bindings/node")
    # What `npm ci` does there; npm itself would bring 400 packages of Debian.
    subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=MACHINE / "root/bindings/node", check=True, capture_output=True, timeout=300)
    write("node/package.json", '{"type": "module"}')
    write("node/use.js", program_of("node.md", "js"))
    shell("mkdir -p node/node_modules && ln -sfn ../../bindings/node node/node_modules/libmfa")
    assert shell("node node/use.js").endswith("alice is signed in.\n")


def test_rust():
    install("libmfa-dev", others=["cargo", "rustc", "gcc", "libc6-dev", "pkg-config"])
    copy("bindings/rust")
    write("rust/src/main.rs", program_of("rust.md", "rust"))
    write("rust/Cargo.toml", '[package]\nname = "use"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\nmfa = { path = "../bindings/rust" }\n')
    shell("cd rust && cargo build --offline -q")
    assert "libmfa.so.0" in needed("rust/target/debug/use")
    assert shell("rust/target/debug/use").endswith("alice is signed in.\n")


DJANGO_SETTINGS = """
import os

ALLOWED_HOSTS = ["example.org"]
INSTALLED_APPS += ["mfa_django"]
MIDDLEWARE += ["mfa_django.middleware.MfaMiddleware"]
MFA_KEYS = {1: os.environ["MFA_KEY_1"]}
MFA_DECOY_KEY = os.environ["MFA_DECOY_KEY"]
MFA_ORIGINS = ["https://example.org"]
MFA_LOGIN_CALLBACK = "shop.urls.log_user_in"
TOKEN_ISSUER_NAME = "Example"
FIDO_SERVER_ID = "example.org"
"""
DJANGO_URLS = """
from django.contrib.auth import authenticate, get_user_model, login
from django.http import HttpResponse, HttpResponseForbidden
from django.urls import include, path
from mfa_django.helpers import has_mfa


def log_user_in(request, username):
    login(request, get_user_model().objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse(username + " is signed in.")


def log_in(request):
    user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
    if user is None:
        return HttpResponseForbidden()
    answer = has_mfa(request, username=user.username)
    return answer or log_user_in(request, username=user.username)


urlpatterns = [path("login/", log_in, name="login"), path("mfa/", include("mfa_django.urls"))]
"""
DJANGO_VISIT = """
import re, time
from mfa import otp
from django.contrib.auth.models import User
from django.test import Client

User.objects.create_user("alice", password="correct horse")
def new(): return Client(HTTP_HOST="example.org")
def password(client): return client.post("/login/", {"username": "alice", "password": "correct horse"}, secure=True)
def code(secret, seconds): return otp.totp_code(otp.base32_decode(secret), int(time.time()) + seconds)

first = new()
assert password(first).content == b"alice is signed in."
page = first.get("/mfa/totp/start/", secure=True).content.decode()
secret = re.search(r'id="mfa-secret">(\\w+)', page).group(1)
ticket = re.search(r'name="ticket" value="([^"]+)', page).group(1)
assert first.post("/mfa/totp/verify", {"ticket": ticket, "answer": code(secret, 0)}, secure=True).status_code in (302, 303)

second = new()
assert password(second).headers["Location"] == "/mfa/verify/"
assert second.post("/mfa/totp/auth", {"otp": "000000"}, secure=True).status_code == 403
assert second.post("/mfa/totp/auth", {"otp": code(secret, 30)}, secure=True).content == b"alice is signed in."
assert second.get("/mfa/", secure=True).status_code == 200
print("alice is signed in.")
"""


def test_django():
    install("python3-mfa", others=["python3-django"])
    copy("bindings/django")
    shell("rm -rf django && mkdir django && cd django && django-admin startproject shop .")
    settings = MACHINE / "root/django/shop/settings.py"
    settings.write_text(settings.read_text() + DJANGO_SETTINGS)
    write("django/shop/urls.py", DJANGO_URLS)
    write("django/visit.py", DJANGO_VISIT)
    manage = ("cd django && export PYTHONPATH=/root/bindings/django DJANGO_SETTINGS_MODULE=shop.settings"
              " MFA_KEY_1=$(head -c 32 /dev/urandom | base64 | tr +/ -_) MFA_DECOY_KEY=$(head -c 32 /dev/urandom | base64 | tr +/ -_)")
    assert "MFA_KEYS" in shell(f"{manage} && python3 manage.py mfa_keys")
    said = shell(f"{manage} && python3 manage.py check && python3 manage.py migrate -v 0 && python3 -c"
                 " 'import django; django.setup(); exec(open(\"visit.py\").read())'")
    assert "no issues" in said and said.endswith("alice is signed in.\n"), said
