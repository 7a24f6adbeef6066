"""From degrees to kilometres on a plane: one equal-area projection per side."""

import math
from dataclasses import dataclass

EARTH_RADIUS_KM = 6371.0
ROW_HEIGHT = math.sqrt(3) / 2  # of a hexagonal raster, in steps


@dataclass(frozen=True)
class Panel:
    """One side of the map. Latitudes and longitudes in degrees, `step` (the raster) in km."""

    name: str
    latitude: float
    longitude: float
    south: float
    north: float
    west: float
    east: float
    step: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Say whether a point lies inside the panel's window."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    def plane(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Kilometres right of and below the panel's centre (Lambert's azimuthal equal-area)."""
        phi, lam = math.radians(latitude), math.radians(longitude - self.longitude)
        phi0 = math.radians(self.latitude)
        cosine = math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(lam)
        k = EARTH_RADIUS_KM * math.sqrt(2 / (1 + cosine))
        x = k * math.cos(phi) * math.sin(lam)
        y = k * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(lam))
        return x, -y

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the raster's dot nearest to a point of the plane."""
        middle = round(y / (self.step * ROW_HEIGHT))
        rows = (middle - 1, middle, middle + 1)
        cells = [(row, round(x / self.step - (row % 2) / 2)) for row in rows]
        return min(cells, key=lambda cell: math.dist(self.dot(*cell), (x, y)))

    def dot(self, row: int, column: float) -> tuple[float, float]:
        """Kilometres of a dot of the raster; odd rows are set off by half a step."""
        return (column + (row % 2) / 2) * self.step, row * self.step * ROW_HEIGHT


# The windows hold every EU member state in Europe, Iceland to Cyprus; islands of the outermost regions lie outside.
EUROPE = Panel("europe", 52.0, 10.0, south=34.3, north=71.3, west=-25.0, east=40.3, step=66.0)
MEXICO = Panel("mexico", 23.5, -102.0, south=14.4, north=32.8, west=-117.3, east=-86.6, step=45.0)
PANELS = (EUROPE, MEXICO)


def panel_of(latitude: float, longitude: float) -> Panel | None:
    """The panel that shows a point, or None where the map does not reach."""
    return next((panel for panel in PANELS if panel.holds(latitude, longitude)), None)
