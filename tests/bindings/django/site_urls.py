"""The views of the site: its login, which calls has_mfa, and pages that ask for more."""

from django.contrib import admin
from django.contrib.auth import authenticate, get_user_model, login, logout
from django.http import HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import include, path
from mfa_django.decorators import mfa_exempt, mfa_required
from mfa_django.helpers import has_mfa, is_mfa


FORM = """<!doctype html><html lang="en"><title>Sign in</title><main><form method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="{token}">
<label>Name <input name="username"></label> <label>Password <input name="password" type="password"></label>
<button>Sign in</button></form></main></html>"""


def log_user_in(request, username):
    user = get_user_model().objects.get(username=username)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect("/welcome/")


def roles(request, user):
    return ["staff"] if user.is_staff else []


def log_in(request):
    if request.method == "GET":
        return HttpResponse(FORM.format(token=get_token(request)))
    user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
    if user is None:
        return HttpResponseForbidden("no")
    answer = has_mfa(request, username=user.username)
    return answer or log_user_in(request, username=user.username)


def log_out(request):
    logout(request)
    return HttpResponse("bye")


def welcome(request):
    name = request.user.username if request.user.is_authenticated else "stranger"
    told = f"hello {name}, mfa {is_mfa(request)}, not by TOTP {is_mfa(request, ignore_methods=['TOTP'])}"
    return HttpResponse(f"<main>{told}</main>")


@mfa_required(max_age_s=60, aal=2)
def transfer(request):
    return HttpResponse("transferred")


@mfa_required(max_age_s=60)
def profile(request):
    return HttpResponse("private")


@mfa_exempt
def health(request):
    return HttpResponse("fine")


urlpatterns = [
    path("login/", log_in, name="login"),
    path("logout/", log_out, name="logout"),
    path("welcome/", welcome),
    path("transfer/", transfer),
    path("profile/", profile),
    path("health/", health),
    path("admin/", admin.site.urls),
    path("mfa/", include("mfa_django.urls")),
]
