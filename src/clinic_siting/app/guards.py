"""Who may ask the server: this machine's browser, for the planner's own page, and no other site's page in it.

A page from anywhere can make a browser send requests here. It cannot read what comes back, but each visit
without a cookie would begin a new one, and sixteen would drive the planner's own out. So nothing that
another page asks for is answered, but the first view itself, opened in a window: a link may lead to it.
"""

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = "127.0.0.1"
# A site that points a name of its own at this machine sends that name.
HOSTS = [LOOPBACK, "localhost"]
# A site on the web cannot send this header to another address without asking first, and is refused.
ASKED_BY_PAGE = "x-planner"
# What a browser says of a request that was made by our page, or by the reader in the address bar.
OURS = ("same-origin", "none")


def refusal(method: str, path: str, headers: Headers) -> str:
    """Why a request is not answered; empty where it is.

    Parameters
    ----------
    method, path, headers
        What was asked, and what the browser says of who asked it.
    """
    origin, host = headers.get("origin"), headers.get("host", "")
    opened = path == "/" and headers.get("sec-fetch-dest") == "document"
    if origin is not None and origin.lower() != f"http://{host.lower()}":
        return "Another page's request."
    if headers.get("sec-fetch-site", "none") not in OURS and not (method == "GET" and opened):
        return "Another site's request."
    if method == "POST" and ASKED_BY_PAGE not in headers:
        return "Only the planner's own page may ask for this."
    return ""


class OwnPageOnly:
    """Answers only what the planner's own page asks for.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse, one request."""
        why = ""
        if scope["type"] == "http":
            why = refusal(scope["method"], scope["path"], Headers(scope=scope))
        answering = PlainTextResponse(why, 403) if why else self.app
        await answering(scope, receive, send)


GUARDS = [
    Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False),
    Middleware(OwnPageOnly),
]
