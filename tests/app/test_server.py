"""The server answers its own page and nobody else."""

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

server = pytest.importorskip("clinic_siting.app.server", reason="needs the extra app", exc_type=ImportError)

ASKED = {"X-Planner": "page"}


@pytest.fixture
def ask(address):
    def asked(method, path, *, body=None, **headers):
        link = HTTPConnection(urlsplit(address).netloc, timeout=30)
        try:
            link.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            response = link.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            link.close()

    return asked


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "0.0.0.0"])  # noqa: S104 - refused
def test_another_host_is_refused(ask, host):
    assert ask("GET", "/", Host=host)[0] == 400


def test_an_act_that_another_site_could_ask_for_is_refused(ask):
    assert ask("POST", "/act", body='{"act": "reset"}')[0] == 403


@pytest.mark.parametrize(
    "path", ["/page/../server.py", "/page/%2e%2e%2fserver.py", "/files/..%2f..%2fplan.json", "/etc/passwd"]
)
def test_no_other_file_is_given_out(ask, path):
    assert ask("GET", path)[0] == 404


@pytest.mark.parametrize("body", ["", "[]", "no json", '{"act": "delete"}', "[" * 5000])
def test_what_is_no_act_is_refused(ask, body):
    assert ask("POST", "/act", body=body, **ASKED)[0] == 400


@pytest.mark.parametrize(
    ("path", "most"), [("/act", server.LARGEST_ASKED), ("/upload", server.LARGEST_UPLOAD)]
)
def test_too_much_is_refused(ask, path, most, monkeypatch):
    monkeypatch.setattr(server, "LARGEST_UPLOAD", 100_000)
    body = b"x" * (min(most, 100_000) + 1)
    assert ask("POST", path, body=body, **ASKED)[0] == 413


def test_the_page_may_ask_nobody_else(ask):
    _, headers, body = ask("GET", "/")
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert b"http://" not in body
    assert b"https://" not in body
    assert "HttpOnly" in headers["set-cookie"]


def test_a_visit_is_known_by_its_cookie(ask):
    cookie = ask("GET", "/")[1]["set-cookie"].split(";")[0]
    ask("POST", "/act", body='{"act": "keep", "name": "mine"}', Cookie=cookie, **ASKED)
    mine, other = (json.loads(ask("GET", "/state", **more)[2]) for more in ({"Cookie": cookie}, {}))
    assert [plan["name"] for plan in mine["kept"]] == ["mine"]
    assert other["kept"] == []


def test_a_comparison_that_is_not_there_is_not_found(ask):
    assert ask("GET", "/comparison/1")[0] == 404
