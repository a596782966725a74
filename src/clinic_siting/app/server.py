"""The server: on loopback only, for this machine's own browser, with nothing fetched from anywhere."""

import asyncio
import json
import os
import socket
import time
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from clinic_siting.app import views
from clinic_siting.app.guards import GUARDS, LOOPBACK
from clinic_siting.app.planners import Planner
from clinic_siting.app.sessions import Session
from clinic_siting.app.uploads import LARGEST_UPLOAD
from clinic_siting.errors import ClinicSitingError

LARGEST_ASKED = 64 * 1024
WAIT_S, GLANCE_S = 20.0, 0.04
OWN_FILES = ("app.css", "frame.css", "server.js", "controls.js", "maps.js", "plans.js", "app.js")
# What the map's page looks like and how it writes figures holds here too.
SHARED_FILES = ("style.css", "format.js", "charts.js")
SHELL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A map carries its script and style in itself; it may ask for nothing.
MAP_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
PAPER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'"
)
Handler = Callable[[Request, Session], Awaitable[Response]]


def listen(port: int) -> socket.socket:
    """Take a port on loopback, before the model is made ready; a browser that comes early waits.

    Parameters
    ----------
    port
        Its number.

    Raises
    ------
    ClinicSitingError
        Where another program has it.
    """
    listening = socket.socket()
    if os.name == "posix":  # a server ended a moment ago is not in the way; Windows means another thing by it
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen()
    except OSError as problem:
        listening.close()
        reason = problem.strerror or str(problem)
        raise ClinicSitingError(
            f"Port {port} cannot be had ({reason.lower()}); name another with --port."
        ) from problem
    return listening


def serve(planner: Planner, listening: socket.socket) -> None:
    """Serve the page on this machine until it is stopped.

    Parameters
    ----------
    planner
        What the server holds.
    listening
        From :func:`listen`.
    """
    answering = application(planner)
    settings = uvicorn.Config(
        answering,
        log_level="warning",
        timeout_graceful_shutdown=1,
        server_header=False,
        limit_concurrency=100,
    )
    server = uvicorn.Server(settings)
    answering.state.leaving = lambda: server.should_exit
    try:
        server.run(sockets=[listening])
    finally:
        planner.close()


def application(planner: Planner) -> Starlette:
    """The page as an ASGI application.

    Parameters
    ----------
    planner
        What the server holds.
    """

    def route(path: str, handler: Handler, method: str = "GET") -> Route:
        async def answer(request: Request) -> Response:
            # A browser has one jar for all ports of this machine, where another scenario may be served.
            cookie = f"planner-{request.scope['server'][1]}"
            session = planner.session(request.cookies.get(cookie, ""))
            response = _sealed(await handler(request, session))
            # Lax: a link that leads here from elsewhere finds the visit that there is.
            response.set_cookie(cookie, session.token, httponly=True, samesite="lax")
            return response

        return Route(path, answer, methods=[method])

    async def choices(_request: Request) -> Response:
        return _sealed(JSONResponse(views.options(planner.office)))

    routes = [
        route("/", _shell),
        Route("/page/{name}", _page_file),
        Route("/options", choices),
        route("/state", _state),
        route("/map/{number:int}", _map),
        route("/comparison/{number:int}", _comparison),
        route("/config.yaml", _config),
        route("/files/{name}", _file),
        route("/change", _change, "POST"),
        route("/upload", _upload, "POST"),
        route("/act", _act, "POST"),
    ]
    answering = Starlette(routes=routes, middleware=GUARDS)
    answering.state.leaving = lambda: False
    return answering


def _sealed(response: Response) -> Response:
    """Headers that keep an answer to this page: nothing from elsewhere, nothing kept."""
    response.headers.setdefault("Content-Security-Policy", SHELL_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


async def _shell(_request: Request, _session: Session) -> Response:
    return HTMLResponse(page_file("app.html"))


async def _page_file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in OWN_FILES + SHARED_FILES:
        raise HTTPException(404)
    folder = "app/page" if name in OWN_FILES else "page"
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    return _sealed(Response(page_file(name, folder), media_type=kind))


async def _state(request: Request, session: Session) -> Response:
    """State of the session, as soon as it is another than the one that the page knows."""
    known = request.query_params.get("after", "-1")
    until = time.monotonic() + WAIT_S
    while known == str(session.revision) and time.monotonic() < until:
        if await request.is_disconnected() or request.app.state.leaving():
            break
        await asyncio.sleep(GLANCE_S)
    return JSONResponse(views.state(session))


async def _map(request: Request, session: Session) -> Response:
    drawn = session.screen.numbered(request.path_params["number"])
    if drawn is None:
        raise HTTPException(404, "This map was replaced by another.")
    headers = {"Content-Security-Policy": MAP_POLICY, "Content-Encoding": "gzip"}
    return HTMLResponse(drawn.sheet.page, headers=headers)


async def _comparison(request: Request, session: Session) -> Response:
    if request.path_params["number"] != session.comparison_number or not session.comparison:
        raise HTTPException(404, "This comparison was replaced by another.")
    return HTMLResponse(session.comparison, headers={"Content-Security-Policy": PAPER_POLICY})


async def _config(_request: Request, session: Session) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="plan.yaml"'}
    return Response(session.config_text(), media_type="application/yaml", headers=headers)


async def _file(request: Request, session: Session) -> Response:
    path = session.exported.get(request.path_params["name"])
    folder = session.office.folder.resolve()
    if path is None or not path.resolve().is_relative_to(folder):  # it could be a link by now
        raise HTTPException(404)
    return FileResponse(path, filename=path.name)


async def _change(request: Request, session: Session) -> Response:
    asked = await _asked(request)
    await run_in_threadpool(session.change, str(asked.get("control", "")), asked.get("value"))
    return JSONResponse(views.state(session))


async def _upload(request: Request, session: Session) -> Response:
    content = await _body(request, LARGEST_UPLOAD)
    await run_in_threadpool(session.upload, content)
    return JSONResponse(views.state(session))


async def _act(request: Request, session: Session) -> Response:
    asked = await _asked(request)
    name = str(asked.get("name", ""))
    acts: dict[str, Callable[[], None]] = {
        "undo": session.undo,
        "reset": session.reset,
        "cancel": session.cancel,
        "draw": session.draw,
        "export": session.export,
        "compare": session.compare,
        "keep": lambda: session.keep(name),
        "forget": lambda: session.forget(name),
        "recall": lambda: session.recall(name),
    }
    act = acts.get(str(asked.get("act", "")))
    if act is None:
        raise HTTPException(400, "There is no such act.")
    await run_in_threadpool(act)
    return JSONResponse(views.state(session))


async def _asked(request: Request) -> dict[str, Any]:
    try:
        asked = json.loads(await _body(request, LARGEST_ASKED))
    except (ValueError, RecursionError):
        raise HTTPException(400, "This is no JSON.") from None
    if not isinstance(asked, dict):
        raise HTTPException(400, "An object was expected.")
    return asked


async def _body(request: Request, most: int) -> bytes:
    """Body of a request, refused as soon as it is too large."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise HTTPException(413, f"At most {most:,} bytes are taken.")
        parts.append(part)
    return b"".join(parts)


def page_file(name: str, folder: str = "app/page") -> str:
    """Text of one of the package's files."""
    return (files("clinic_siting") / folder / name).read_text("utf-8")
