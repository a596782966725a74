"""The planner's page over Toyland, served on loopback as a planner would have it."""

import socket
import threading
import time

import pytest

from clinic_siting.app.planners import Planner
from clinic_siting.config import read_config

PATIENCE_S = 600.0  # a hang alone is to fail: on a busy machine a map takes minutes
# Each map is drawn again once its plan was tried in other worlds: one of them is as good as ten.
ONE_WORLD = {
    "periods": ("pm_peak",),
    "gates_min": (),
    "demand_models": (),
    "unverified_sites": False,
    "close_each": False,
}


def wait_for(session, *, plan_only=False):
    until = time.monotonic() + PATIENCE_S
    while session.job is not None and not session.job.over and (session.job.quick or not plan_only):
        assert time.monotonic() < until, session.job
        time.sleep(0.01)


@pytest.fixture(scope="session")
def shared_planner(shared_toy_config, tmp_path_factory):
    """One model for all files of tests: making it ready takes longer than most tests."""
    config = read_config(shared_toy_config)
    config = config.model_copy(update={"robustness": config.robustness.model_copy(update=ONE_WORLD)})
    held = Planner(config, tmp_path_factory.mktemp("chosen"))
    wait_for(held.session(""))  # all others have its first map
    yield held
    held.close()
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and any("planner" in thread.name for thread in threading.enumerate()):
        time.sleep(0.05)


@pytest.fixture
def planner(shared_planner):
    yield shared_planner
    for session in list(shared_planner._sessions.values()):  # no map is drawn behind another test
        session.cancel()


@pytest.fixture
def session(planner):
    return planner.session("")


@pytest.fixture
def settle():
    """Wait until a session's work is done, or at least its plan is known."""
    return wait_for


@pytest.fixture(scope="module")
def address(shared_planner):
    """Address of a running server."""
    uvicorn = pytest.importorskip("uvicorn")
    pytest.importorskip("starlette")
    from clinic_siting.app.server import application  # noqa: PLC0415 - only here the extra is needed

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(
        uvicorn.Config(application(shared_planner), log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    server.should_exit = True
    thread.join(5)
    listening.close()
