"""A matrix too large for one go: chunks of sites, each a file, swept by whichever worker has time.

What the workers share is a folder of memory-mapped arrays, the part of the roads that the journeys
can need; what they leave is a file a chunk. A run that died goes on from the files that are whole.
The minutes are those of one machine to the last bit: each chunk adds the same numbers in the same order.
"""

import hashlib
import logging
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import numpy as np

from clinic_siting.errors import ClinicSitingError, ConfigError, DataError, OutputError
from clinic_siting.tables import FloatArray, IntArray, RoadNetwork
from clinic_siting.travel import TravelEngine, TravelMetric, travel_engine
from clinic_siting.travel.engine import all_cores
from clinic_siting.travel.hierarchy import Hierarchy, Part, blocks, customised, cut_out, swept
from clinic_siting.travel.kernels import Arcs

LOCAL = "local"
# Sites of one chunk: on England's roads a second of work, beside which a task's overhead is nothing.
SITES_A_CHUNK = 64
# Workers may die under a chunk this often before the chunk is blamed.
ATTEMPTS = 3
CONNECT_S = 30


def scattered(
    engine: TravelEngine,
    network: RoadNetwork,
    *,
    folder: Path,
    scheduler: str = LOCAL,
    sites_a_chunk: int = SITES_A_CHUNK,
) -> TravelMetric:
    """Lay minutes on an engine so that its questions are answered in chunks by Dask.

    Parameters
    ----------
    engine
        Made for the network's edges.
    network
        Minutes of each directed edge.
    folder
        Where the shared arrays and the chunks lie; every worker must see it under the same path. A
        question's files go when it is answered.
    scheduler
        Address of a running scheduler (``tcp://host:8786``), or ``local`` for a cluster of this
        machine's cores.
    sites_a_chunk
        Sites of one chunk.

    Returns
    -------
    TravelMetric
        As :meth:`~clinic_siting.travel.TravelEngine.on` gives it, with the same answers bit for bit.

    Raises
    ------
    ClinicSitingError
        Where Dask or the fast engine is not installed; and, from its questions, where workers die
        again and again.
    ConfigError
        From its questions, where no scheduler answers.
    DataError
        From its questions, where the workers do not see the folder.
    """
    if sites_a_chunk < 1:
        raise ConfigError(f"a chunk needs at least 1 site, not {sites_a_chunk}.")
    _distributed()
    engine.refuse_other_roads(network)
    # Sweeps are what can be cut into chunks; small networks get an engine without them by default.
    fast = engine if engine.hierarchy is not None else travel_engine(network, engine="cch")
    hierarchy = cast("Hierarchy", fast.hierarchy)

    def minutes_to(targets: IntArray, starts: IntArray, done: Callable[[int], None]) -> FloatArray:
        metric = customised(hierarchy, network.minutes)
        job = shared_part(cut_out(metric, targets, starts), folder)
        del metric
        chunks = [
            slice(i, min(i + sites_a_chunk, len(targets))) for i in range(0, len(targets), sites_a_chunk)
        ]
        _sweep_chunks(job, chunks, len(starts), scheduler, done)
        minutes = np.concatenate([np.load(_chunk_file(job, chunk)) for chunk in chunks])
        shutil.rmtree(job, ignore_errors=True)
        with suppress(OSError):  # another question may still have files there
            folder.rmdir()
        return minutes

    return TravelMetric(network.n_nodes, minutes_to)


def shared_part(part: Part, folder: Path) -> Path:
    """Write a part of the roads where workers can map it into memory; once for the same part.

    Returns
    -------
    Path
        A folder named by a digest of the part, so that chunks of another question cannot be taken for
        this one's.

    Raises
    ------
    OutputError
        Where the folder cannot be written.
    """
    arrays = _arrays(part)
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    job = folder.resolve() / digest.hexdigest()[:16]
    try:
        job.mkdir(parents=True, exist_ok=True)
        for name, array in arrays.items():
            if not (job / f"{name}.npy").is_file():
                _save(job / f"{name}.npy", array)
    except OSError as problem:
        raise OutputError(f"{job} cannot be written: {problem.strerror or problem}.") from problem
    return job


def sweep_chunk(job: Path, first: int, last: int) -> int:
    """Sweep one chunk and leave its minutes in the job's folder: what a worker does.

    Returns
    -------
    Number of sites done.
    """
    part = _mapped(job)
    chunk = slice(first, last)
    minutes = np.empty((last - first, len(part.starts)))
    for some in blocks(last - first, len(part.arcs.parent), 1):
        minutes[some] = swept(part, slice(first + some.start, first + some.stop))
    _save(_chunk_file(job, chunk), minutes)
    return last - first


def finished(job: Path, chunk: slice, n_starts: int) -> bool:
    """Whether a chunk's file is there and whole."""
    try:
        shape = np.load(_chunk_file(job, chunk), mmap_mode="r").shape
    except (OSError, ValueError, EOFError):
        return False
    return bool(shape == (chunk.stop - chunk.start, n_starts))


def _sweep_chunks(
    job: Path, chunks: list[slice], n_starts: int, scheduler: str, done: Callable[[int], None]
) -> None:
    """Have every chunk swept that is not finished yet."""
    waiting = [chunk for chunk in chunks if not finished(job, chunk, n_starts)]
    n_done = chunks[-1].stop - sum(chunk.stop - chunk.start for chunk in waiting)
    done(n_done)
    if not waiting:
        return
    distributed = _distributed()
    with _client(scheduler) as client:
        firsts, lasts = [c.start for c in waiting], [c.stop for c in waiting]
        tasks = client.map(sweep_chunk, [job] * len(waiting), firsts, lasts, pure=False, retries=ATTEMPTS)
        for task in distributed.as_completed(tasks):
            n_done += _result(task, job)
            done(n_done)


def _result(task: Any, job: Path) -> int:  # noqa: ANN401 - dask is optional, so its type cannot stand here
    try:
        return int(task.result())
    except FileNotFoundError as problem:
        raise DataError(
            f"{job}: a worker does not see this folder; all workers must share it under the same path."
        ) from problem
    except Exception as problem:  # a worker may send back any error, and Dask its own
        raise ClinicSitingError(
            "the workers could not finish the matrix; what they finished is kept, so run the same command "
            "again to go on.",
            [f"{type(problem).__name__}: {problem}".splitlines()[0]],
        ) from problem


@contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    distributed = _distributed()
    if scheduler != LOCAL:
        try:
            client = distributed.Client(scheduler, timeout=CONNECT_S)
        except (OSError, ValueError) as problem:
            raise ConfigError(
                f"no Dask scheduler answers at {scheduler}; start one (dask scheduler), or use {LOCAL!r}."
            ) from problem
        with client:
            yield client
        return
    cluster = distributed.LocalCluster(
        n_workers=all_cores(), threads_per_worker=1, dashboard_address=None, silence_logs=logging.ERROR
    )
    with cluster, distributed.Client(cluster) as client:
        yield client


def _arrays(part: Part) -> dict[str, Any]:
    own = {"up": part.up, "down": part.down, "starts": part.starts, "targets": part.targets}
    return {**part.arcs._asdict(), **own}


def _mapped(job: Path) -> Part:
    # Copy on write: numba compiles its kernels for arrays that may be written to.
    def mapped(name: str) -> Any:  # noqa: ANN401 - of several kinds
        return np.load(job / f"{name}.npy", mmap_mode="c").view(np.ndarray)

    arcs = Arcs(*map(mapped, Arcs._fields))
    return Part(arcs, *map(mapped, ("up", "down", "starts", "targets")))


def _chunk_file(job: Path, chunk: slice) -> Path:
    return job / f"minutes-{chunk.start:06}-{chunk.stop:06}.npy"


def _save(path: Path, array: Any) -> None:  # noqa: ANN401 - of several kinds
    """Write an array whole or not at all; two workers may write the same chunk."""
    unfinished = path.with_name(f"{path.name}.{platform.node()}-{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            np.save(file, array)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _distributed() -> Any:  # noqa: ANN401 - dask is optional, so its type cannot stand here
    try:
        import distributed  # noqa: PLC0415 - an optional extra, needed here alone
    except ImportError as missing:
        raise ClinicSitingError(
            "dask.distributed is not installed; install the extra: pip install 'clinic-siting[scale]'."
        ) from missing
    return distributed
