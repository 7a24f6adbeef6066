"""Factor matrices: organisations down, features across; dense while narrow, CSR when wide.

Dense ones lie in memory feature by feature: reading one feature of everybody is one sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
    return matrix.toarray(order="F") if matrix.shape[1] <= DENSE_LIMIT else matrix


def dense(matrix: Wide) -> Floats:
    """The matrix as a plain array."""
    return np.asarray(matrix.toarray() if sparse.issparse(matrix) else matrix, np.float32)


def row_of(matrix: Rows, row: int) -> tuple[Ints, Floats]:
    """Columns and values of one CSR row."""
    inside = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return matrix.indices[inside], matrix.data[inside]


def mix(matrix: Wide, row: tuple[Ints, Floats]) -> Floats:
    """For one row of weights over features: the weighted sum for every organisation, shape (n,)."""
    if sparse.issparse(matrix):
        weights = np.zeros(matrix.shape[1], np.float32)
        weights[row[0]] = row[1]
        return np.asarray(matrix @ weights, np.float32)
    total = np.zeros(len(matrix), np.float32)
    for column, weight in zip(*row, strict=True):
        total += weight * matrix[:, column]
    return total


def column(left: Rows, right: Wide, own: int) -> Floats:
    """Row products of every organisation with one: left @ right[own], shape (n,)."""
    if sparse.issparse(right):
        vector = np.zeros(right.shape[1], np.float32)
        at, data = row_of(right, own)
        vector[at] = data
        return np.asarray(left @ vector, np.float32)
    return np.asarray(left @ right[own], np.float32)


def entries(matrix: np.ndarray, rows: Ints, columns: Ints) -> np.ndarray:
    """Single entries of a contiguous matrix; several times faster than an index for each axis."""
    return np.asarray(matrix.ravel().take(rows * matrix.shape[1] + columns))


def paired(left: Rows, right: Wide, ia: Ints, ib: Ints) -> Floats:
    """Row products left[ia] . right[ib] for many pairs at once, shape (len(ia),)."""
    if sparse.issparse(right):
        products = left[ia].multiply(right[ib])
        return np.asarray(products.sum(axis=1), np.float32).ravel()
    return _products(left, np.asfortranarray(right).T.ravel(), ia, ib)


def _products(left: Rows, flat: Floats, ia: Ints, ib: Ints) -> Floats:
    """Rows ia of `left`, each with what `flat` holds of its partner ib; shape (len(ia), ...).

    `flat` counts through the features, within each through the organisations. So all pairs are rows of one
    sparse matrix that has the features once for every organisation, and SciPy walks them in one go.
    """
    features = left.shape[1]
    size = len(flat) // features if features else 0
    rows = left[ia]
    whole = np.int32 if len(flat) < np.iinfo(np.int32).max else np.int64
    partner = np.repeat(ib.astype(whole), np.diff(rows.indptr))
    place = rows.indices.astype(whole, copy=False) * whole(size) + partner
    lines = sparse.csr_array((rows.data, place, rows.indptr), shape=(len(ia), len(flat)))
    return np.asarray(lines @ flat, np.float32)


@dataclass(frozen=True)
class Layers:
    """Several matrices over the same features, read together; `stack` (d, n, layers) while dense.

    So whoever reads an organisation's value in a feature finds those of all layers beside it.
    """

    parts: tuple[Wide, ...]
    stack: Floats | None

    @classmethod
    def of(cls, parts: Sequence[Wide]) -> Layers:
        """Stack the matrices if they are dense."""
        if any(sparse.issparse(part) for part in parts):
            return cls(tuple(parts), None)
        stack = np.stack([part.T for part in parts], axis=-1).astype(np.float32, copy=False)
        return cls(tuple(stack[:, :, place].T for place in range(len(parts))), stack)

    @property
    def nbytes(self) -> int:
        """Bytes in the matrices."""
        if self.stack is not None:
            return int(self.stack.nbytes)
        return sum(int(part.data.nbytes + part.indices.nbytes) for part in self.parts)

    def weigh(self, weights: Floats, rows: Ints) -> Floats:
        """The weighted sum of the layers for some rows, dense, shape (rows, d)."""
        if self.stack is None:
            used = [(w, part) for w, part in zip(weights, self.parts, strict=True) if w]
            return dense(sum((w * part[rows] for w, part in used), start=0 * self.parts[0][rows]))
        chosen = self.stack.take(rows, axis=1)
        return np.asarray((chosen.reshape(-1, len(weights)) @ weights).reshape(chosen.shape[:2]).T)

    def pairs(self, left: Rows, ia: Ints, ib: Ints) -> Floats:
        """`paired` for every layer, shape (layers, pairs)."""
        if self.stack is None:
            return np.stack([paired(left, part, ia, ib) for part in self.parts])
        return _products(left, self.stack.reshape(-1, len(self.parts)), ia, ib).T

    def mix(self, row: tuple[Ints, Floats]) -> Floats:
        """`mix` for every layer, shape (layers, n)."""
        if self.stack is None:
            return np.stack([mix(part, row) for part in self.parts])
        total = np.zeros(self.stack.shape[1:], np.float32)
        for feature, weight in zip(*row, strict=True):
            total += weight * self.stack[feature]
        return np.ascontiguousarray(total.T)

    def column(self, left: Rows, own: int) -> Floats:
        """`column` for every layer, shape (layers, n)."""
        if self.stack is None:
            return np.stack([column(left, part, own) for part in self.parts])
        return np.ascontiguousarray((left @ self.stack[:, own]).T, np.float32)
