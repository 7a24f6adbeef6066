"""Factor matrices: organisations down, features across; dense while narrow, CSR when wide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.intp]
Bools: TypeAlias = npt.NDArray[np.bool_]
Rows: TypeAlias = Any  # sparse.csr_array; SciPy ships no types
Wide: TypeAlias = Any  # Floats or Rows

DENSE_LIMIT = 512
"""Up to this many features a matrix is kept dense."""


def rows_of(entries: Iterable[dict[int, float]], width: int) -> Rows:
    """A CSR matrix from one dict of column -> value per row."""
    indptr: list[int] = [0]
    indices: list[int] = []
    data: list[float] = []
    for entry in entries:
        indices.extend(entry.keys())
        data.extend(entry.values())
        indptr.append(len(indices))
    shape = (len(indptr) - 1, width)
    arrays = (np.asarray(data, np.float32), np.asarray(indices, np.int32), np.asarray(indptr))
    matrix = sparse.csr_array(arrays, shape=shape, dtype=np.float32)
    matrix.sort_indices()
    return matrix


def narrow(matrix: Rows) -> Wide:
    """Dense if the matrix has few columns."""
    return matrix.toarray() if matrix.shape[1] <= DENSE_LIMIT else matrix


def dense(matrix: Wide) -> Floats:
    """The matrix as a plain array."""
    return np.asarray(matrix.toarray() if sparse.issparse(matrix) else matrix, np.float32)


def mix(matrix: Wide, row: Rows) -> Floats:
    """For one row of weights over features: the weighted sum for every organisation, shape (n,)."""
    if sparse.issparse(matrix):
        return np.asarray(matrix @ row.toarray().ravel(), np.float32)
    return np.asarray(matrix[:, row.indices] @ row.data, np.float32)


def paired(left: Rows, right: Wide, ia: Ints, ib: Ints) -> Floats:
    """Row products left[ia] . right[ib] for many pairs at once, shape (len(ia),)."""
    if sparse.issparse(right):
        products = left[ia].multiply(right[ib])
        return np.asarray(products.sum(axis=1), np.float32).ravel()
    starts, counts = left.indptr[ia], left.indptr[ia + 1] - left.indptr[ia]
    flat, width = np.ravel(right), right.shape[1]
    total = np.zeros(len(ia), np.float32)
    for step in range(int(counts.max(initial=0))):
        here = np.flatnonzero(counts > step)
        at = starts[here] + step
        total[here] += left.data[at] * flat.take(ib[here] * width + left.indices[at])
    return total
