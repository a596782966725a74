"""The order in which a network's nodes are contracted: computed once, kept by a digest of the roads.

Any order gives exact times; a good one (nested dissection) makes them quick.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.sparse import csr_array

from clinic_siting.errors import ClinicSitingError, DataError
from clinic_siting.spreadsheets import refuse_shape
from clinic_siting.tables import RoadNetwork
from clinic_siting.travel.kernels import Int32Array

DIGEST_KEY = b"roads_sha256"


def roads_digest(network: RoadNetwork) -> str:
    """SHA-256 of the directed edges, whatever their minutes."""
    digest = hashlib.sha256()
    for array in (network.indptr, network.indices):
        digest.update(array.astype("<i8", copy=False).tobytes())
    return digest.hexdigest()


def nested_dissection(network: RoadNetwork, *, separators: int = 1) -> Int32Array:
    """Order the nodes by METIS: the few that part the network in two come last, and so on within.

    Parameters
    ----------
    network
        Its edges, taken both ways.
    separators
        Separators tried at each step; 5 takes four times as long and saves a fifth of the work.

    Returns
    -------
    ndarray
        Every node once, shape (n_nodes,).

    Raises
    ------
    ImportError
        Where pymetis is not installed.
    """
    import pymetis  # noqa: PLC0415 - an optional extra, needed here alone

    n = network.n_nodes
    edges = csr_array((np.ones(len(network.indices), np.int8), network.indices, network.indptr), shape=(n, n))
    both = (edges + edges.T).tocsr()
    adjacency = pymetis.CSRAdjacency(both.indptr.astype(np.int64), both.indices.astype(np.int64))
    order, _ = pymetis.nested_dissection(adjacency=adjacency, options=pymetis.Options(nseps=separators))
    return np.asarray(order, dtype=np.int32)


def inertial_order(network: RoadNetwork) -> Int32Array:
    """Order the nodes by RoutingKit's inertial separators: slower to find and to use than METIS'.

    Raises
    ------
    ImportError
        Where routingkit-cch is not installed.
    """
    import routingkit_cch  # noqa: PLC0415 - an optional extra, needed here alone

    tail = np.repeat(np.arange(network.n_nodes), np.diff(network.indptr))
    places = (network.lat.tolist(), network.lon.tolist())
    order = routingkit_cch.compute_order_inertial(
        network.n_nodes, tail.tolist(), network.indices.tolist(), *places
    )
    return np.asarray(order, dtype=np.int32)


def compute_order(network: RoadNetwork) -> tuple[Int32Array, str]:
    """Best order to be had here, and who computed it.

    Raises
    ------
    ClinicSitingError
        Where neither pymetis nor routingkit-cch is installed.
    """
    for compute, author in ((nested_dissection, "METIS"), (inertial_order, "RoutingKit")):
        try:
            return compute(network), author
        except ImportError:
            continue
    raise ClinicSitingError(
        "neither pymetis nor routingkit-cch is installed, so the roads cannot be ordered; "
        "install the extra: pip install 'clinic-siting[fast]'."
    )


def write_order(path: Path, order: Int32Array, network: RoadNetwork) -> None:
    """Write an order with the digest of its roads, whole or not at all."""
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    schema = pa.schema([("rank", pa.int32())], metadata={DIGEST_KEY: roads_digest(network)})
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        pq.write_table(
            pa.table([rank], schema=schema),
            unfinished,
            compression="zstd",
            compression_level=19,
            use_dictionary=False,
            column_encoding="DELTA_BINARY_PACKED",
            write_page_checksum=True,
        )
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_order(content: bytes, network: RoadNetwork) -> Int32Array:
    """Read the order of a network's nodes.

    Parameters
    ----------
    content
        Bytes of a file that :func:`write_order` wrote.
    network
        The network that the order must belong to.

    Returns
    -------
    ndarray
        Every node once, shape (n_nodes,).

    Raises
    ------
    DataError
        Where the file is damaged, or is the order of other roads.
    """
    try:
        # From memory: out of a Python file Arrow's threads could read no byte without waiting for Python.
        file = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
        refuse_shape(file.metadata, "the order of the roads")
        table = file.read()
        rank = table.column("rank").to_numpy()
    except (OSError, LookupError, ValueError, TypeError, OverflowError, pa.ArrowException) as reason:
        raise DataError("the order of the roads is damaged: its file cannot be read.") from reason
    if (table.schema.metadata or {}).get(DIGEST_KEY) != roads_digest(network).encode():
        raise DataError("the order belongs to other roads.")
    if not np.array_equal(np.sort(rank), np.arange(network.n_nodes)):
        raise DataError("the order of the roads is damaged: it does not hold every node's rank once.")
    return np.argsort(rank).astype(np.int32)


def cached_order(network: RoadNetwork, cache_dir: Path) -> tuple[Int32Array, str]:
    """Order kept from an earlier run, or a new one, which is then kept.

    Parameters
    ----------
    network
        The roads.
    cache_dir
        Folder of orders, one a network; made if it does not exist. A damaged file is replaced;
        where nothing can be written, nothing is kept.

    Returns
    -------
    tuple
        The order, and where it comes from.

    Raises
    ------
    ClinicSitingError
        As in :func:`compute_order`.
    """
    path = cache_dir / f"road_order-{roads_digest(network)[:16]}.parquet"
    instead = ""
    try:
        return read_order(path.read_bytes(), network), "the cache"
    except OSError:
        pass  # there is none yet
    except DataError as reason:
        instead = f", not from the cache: {reason.verdict.rstrip('.')}"
    order, author = compute_order(network)
    with suppress(OSError):  # a full disk or a folder of somebody else's costs the next run some seconds
        write_order(path, order, network)
    return order, author + instead
