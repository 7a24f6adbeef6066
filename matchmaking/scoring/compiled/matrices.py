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


def paired(left: Rows, right: Wide, ia: Ints, ib: Ints) -> Floats:
    """Row products left[ia] . right[ib] for many pairs at once, shape (len(ia),)."""
    if sparse.issparse(right):
        products = left[ia].multiply(right[ib])
        return np.asarray(products.sum(axis=1), np.float32).ravel()
    return np.asarray(_gather(left, [np.asfortranarray(right).T], ia, ib)[0])


def _gather(left: Rows, layers: Sequence[Floats], ia: Ints, ib: Ints) -> Floats:
    """`paired` for matrices of one shape (features, organisations): (layers, pairs)."""
    size = layers[0].shape[1]
    flat = [layer.ravel() for layer in layers]
    starts = left.indptr.take(ia)
    counts = left.indptr.take(ia + 1) - starts
    total = np.zeros((len(flat), len(ia)), np.float32)
    for step in range(int(counts.max(initial=0))):
        here = counts > step
        if 2 * np.count_nonzero(here) > len(here):
            at = starts + step  # past the end of a row, the weight is nothing
            weight = left.data.take(at, mode="clip") * here
            place = left.indices.take(at, mode="clip") * size + ib
            for layer, values in enumerate(flat):
                total[layer] += weight * values.take(place)
        else:
            some = np.flatnonzero(here)
            at = starts[some] + step
            place = left.indices[at] * size + ib[some]
            weight = left.data[at]
            for layer, values in enumerate(flat):
                total[layer, some] += weight * values.take(place)
    return total


@dataclass(frozen=True)
class Layers:
    """Several matrices over the same features, read together; `stack` (layers, d, n) while dense.

    All results have shape (layers, ...).
    """

    parts: tuple[Wide, ...]
    stack: Floats | None

    @classmethod
    def of(cls, parts: Sequence[Wide]) -> Layers:
        """Stack the matrices if they are dense."""
        if any(sparse.issparse(part) for part in parts):
            return cls(tuple(parts), None)
        stack = np.stack([part.T for part in parts]).astype(np.float32, order="C", copy=False)
        return cls(tuple(layer.T for layer in stack), stack)

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
        found = weights @ self.stack.reshape(len(weights), -1)
        return np.asarray(found.reshape(self.stack.shape[1:])[:, rows].T)

    def pairs(self, left: Rows, ia: Ints, ib: Ints, wanted: Sequence[int]) -> dict[int, Floats]:
        """`paired` for the layers that are wanted, by number."""
        if self.stack is None:
            return {at: paired(left, self.parts[at], ia, ib) for at in wanted}
        found = _gather(left, [self.stack[at] for at in wanted], ia, ib)
        return dict(zip(wanted, found, strict=True))

    def mix(self, row: tuple[Ints, Floats]) -> Floats:
        """`mix` for every layer."""
        if self.stack is None:
            return np.stack([mix(part, row) for part in self.parts])
        total = np.zeros((len(self.stack), self.stack.shape[2]), np.float32)
        for feature, weight in zip(*row, strict=True):
            total += weight * self.stack[:, feature]
        return total

    def column(self, left: Rows, own: int) -> Floats:
        """`column` for every layer."""
        if self.stack is None:
            return np.stack([column(left, part, own) for part in self.parts])
        return np.asarray(left @ self.stack[:, :, own].T, np.float32).T
