"""The server answers its own page and nobody else."""

import json
import socket
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from clinic_siting.errors import ClinicSitingError

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
    "origin",
    ["http://127.0.0.1:1", "https://{host}", "http://example.org", "http://{host}.example.org", "null"],
)
def test_an_act_of_another_origin_is_refused_even_with_the_pages_header(ask, address, origin):
    host = urlsplit(address).netloc
    assert ask("POST", "/act", body='{"act": "reset"}', Origin=origin.format(host=host), **ASKED)[0] == 403
    own = ask("POST", "/act", body='{"act": "cancel"}', Origin=f"http://{host}", **ASKED)
    assert own[0] == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/", "/state", "/options", "/page/app.js"])
def test_what_another_sites_page_embeds_begins_no_visit(ask, planner, site, path):
    before = list(planner._sessions)
    status, headers, _ = ask("GET", path, Sec_Fetch_Site=site, Sec_Fetch_Dest="image")
    assert status == 403
    assert "set-cookie" not in headers
    assert list(planner._sessions) == before


def test_a_link_from_elsewhere_finds_the_visit_that_there_is(ask):
    cookie = ask("GET", "/")[1]["set-cookie"]
    assert "SameSite=lax" in cookie
    opened = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "document"}
    status, headers, _ = ask("GET", "/", Cookie=cookie.split(";")[0], **opened)
    assert (status, headers["set-cookie"]) == (200, cookie)


def test_the_visit_of_a_server_on_another_port_stays_its_own(ask, address):
    port = urlsplit(address).port
    assert ask("GET", "/")[1]["set-cookie"].startswith(f"planner-{port}=")


def test_a_port_that_another_program_has_is_refused_in_words():
    with socket.socket() as taken:
        taken.bind((server.LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            ClinicSitingError, match=f"Port {port} cannot be had .*; name another with --port"
        ):
            server.listen(port)
    server.listen(port).close()


def test_no_control_names_a_file_to_read(ask):
    cookie = ask("GET", "/")[1]["set-cookie"].split(";")[0]
    wish = json.dumps({"control": "own_demand", "value": "/etc/passwd"})
    _, _, body = ask("POST", "/change", body=wish, Cookie=cookie, **ASKED)
    (refusal,) = json.loads(body)["refusals"]
    assert (refusal["control"], refusal["verdict"]) == ("own_demand", "There is no control 'own_demand'.")


def test_a_file_that_became_a_link_is_not_given_out(ask, planner, tmp_path):
    cookie = ask("GET", "/")[1]["set-cookie"].split(";")[0]
    session = planner.session(cookie.split("=", 1)[1])
    secret, link = tmp_path / "secret", planner.office.folder / "link.txt"
    secret.write_text("secret")
    link.symlink_to(secret)
    session.exported = {"link.txt": link}
    assert ask("GET", "/files/link.txt", Cookie=cookie)[0] == 404


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
