"""Schematic drawings: networks, blocks and tensors."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle

from figures.style import BLACK, canvas

Point = tuple[float, float]
LAYERS = (3, 5, 5, 2)
DROPPED = frozenset({(1, 1), (1, 3), (2, 0), (2, 3)})


def dropout() -> Figure:
    """A fully connected network, and the same one with dropped units."""
    figure, axes = canvas(6.4, 2.8)
    _network(axes, (0.4, 0.45), frozenset())
    _network(axes, (3.8, 0.45), DROPPED)
    axes.text(1.5, 0.12, "all units", ha="center")
    axes.text(4.9, 0.12, "one training step with dropout", ha="center")
    return figure


def _network(axes: Axes, corner: Point, dropped: frozenset[tuple[int, int]]) -> None:
    """Layers from left to right; a dropped unit is dashed, crossed out and has no connections."""
    where = {
        (layer, k): (corner[0] + 0.73 * layer, corner[1] + 1.08 + 0.44 * (k - (size - 1) / 2))
        for layer, size in enumerate(LAYERS)
        for k in range(size)
    }
    for a, start in where.items():
        for b, end in where.items():
            if b[0] == a[0] + 1 and a not in dropped and b not in dropped:
                axes.plot(*zip(start, end, strict=True), color="#888888", linewidth=0.6, zorder=1)
    for unit, place in where.items():
        _unit(axes, place, unit in dropped)


def _unit(axes: Axes, place: Point, dropped: bool) -> None:
    style = "--" if dropped else "-"
    face = "white" if dropped else "#d0d0d0"
    axes.add_patch(Circle(place, 0.14, facecolor=face, edgecolor=BLACK, linestyle=style, zorder=2))
    if dropped:
        x, y = place
        for sign in (1, -1):
            axes.plot(
                [x - 0.1, x + 0.1], [y - sign * 0.1, y + sign * 0.1], color=BLACK, linewidth=1.2, zorder=3
            )


# Which cells of the 4 × 4 × 4 tensor share a mean: ranges of samples (left to right) and channels (front to back).
NORMS = (
    ("BatchNorm", range(4), range(1)),
    ("LayerNorm", range(3, 4), range(4)),
    ("InstanceNorm", range(3, 4), range(1)),
    ("GroupNorm", range(3, 4), range(2)),
)


def norm_axes() -> Figure:
    """Tensors of batch × channels × positions; the shaded cells are normalised together."""
    figure, axes = canvas(7.2, 2.2)
    for k, (name, samples, channels) in enumerate(NORMS):
        _cube(axes, (0.35 + 1.78 * k, 0.5), samples, channels)
        axes.text(0.35 + 1.78 * k + 0.72, 2.0, name, ha="center", weight="bold")
    return figure


def _cube(axes: Axes, corner: Point, samples: Iterable[int], channels: Iterable[int]) -> None:
    """The three visible faces of a tensor, cell by cell."""
    right, up, back = np.array([0.24, 0.0]), np.array([0.0, 0.24]), np.array([0.12, 0.09])
    origin = np.array(corner)
    samples, channels = set(samples), set(channels)
    for i in range(4):
        for j in range(4):
            front = origin + i * right + j * up
            _cell(axes, front, right, up, i in samples and 0 in channels)
            top = origin + 4 * up + i * right + j * back
            _cell(axes, top, right, back, i in samples and j in channels)
            side = origin + 4 * right + i * back + j * up
            _cell(axes, side, back, up, 3 in samples and i in channels)
    x, y = corner
    axes.text(x + 0.48, y - 0.22, "$N$", ha="center")
    axes.text(x - 0.06, y + 0.48, "$H,W$", ha="right", va="center", rotation=90)
    axes.text(x + 1.3, y + 0.04, "$C$", ha="center")


def _cell(axes: Axes, start: np.ndarray, a: np.ndarray, b: np.ndarray, shaded: bool) -> None:
    corners = [start, start + a, start + a + b, start + b]
    face = "#7fa9cc" if shaded else "white"
    hatch = "////" if shaded else None
    axes.add_patch(Polygon(corners, facecolor=face, edgecolor=BLACK, linewidth=0.6, hatch=hatch))


def residual() -> Figure:
    """A residual block: two convolutions and the shortcut around them."""
    figure, axes = canvas(6.4, 1.75)
    boxes = (("conv", 1.0), ("BN", 1.85), ("ReLU", 2.7), ("conv", 3.55), ("BN", 4.4))
    for name, x in boxes:
        _box(axes, (x, 0.4), 0.6, name)
    ends = [0.35, *(x for _, x in boxes)]
    for left, (_, x) in zip(ends, boxes, strict=False):
        _arrow(axes, (left if left == 0.35 else left + 0.6, 0.6), (x, 0.6))
    _arrow(axes, (5.0, 0.6), (5.27, 0.6))
    axes.add_patch(Circle((5.4, 0.6), 0.13, facecolor="white", edgecolor=BLACK, linewidth=1.2))
    axes.text(5.4, 0.59, "+", ha="center", va="center", fontsize=13)
    _arrow(axes, (5.53, 0.6), (5.85, 0.6))
    axes.plot([0.7, 0.7, 5.4], [0.6, 1.3, 1.3], color=BLACK, linewidth=2)
    _arrow(axes, (5.4, 1.3), (5.4, 0.73), width=2)
    axes.text(3.0, 1.4, "shortcut: identity", ha="center", va="bottom")
    axes.text(3.0, 0.12, "$F(h_l)$", ha="center", va="center", fontsize=11)
    axes.text(0.3, 0.6, "$h_l$", ha="right", va="center", fontsize=12)
    axes.text(5.9, 0.6, "$h_{l+1}$", ha="left", va="center", fontsize=12)
    return figure


def _box(axes: Axes, corner: Point, width: float, name: str) -> None:
    shape = FancyBboxPatch(
        corner, width, 0.4, boxstyle="round,pad=0,rounding_size=0.06", facecolor="#e4e4e4", edgecolor=BLACK
    )
    axes.add_patch(shape)
    axes.text(corner[0] + width / 2, corner[1] + 0.19, name, ha="center", va="center")


def _arrow(axes: Axes, start: Point, end: Point, width: float = 1.2) -> None:
    arrow = FancyArrowPatch(
        start, end, arrowstyle="-|>", mutation_scale=10, linewidth=width, color=BLACK, shrinkA=0, shrinkB=0
    )
    axes.add_patch(arrow)


def lora() -> Figure:
    """A frozen weight matrix with a trainable low-rank branch beside it."""
    figure, axes = canvas(5.4, 3.1)
    axes.add_patch(Rectangle((0.7, 1.0), 1.5, 1.1, facecolor="#dddddd", edgecolor=BLACK, hatch="///"))
    axes.text(
        1.45, 1.55, "$W_0$, frozen\n$d\\times k$", ha="center", va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
    )  # fmt: skip
    axes.add_patch(
        Polygon([(2.75, 0.95), (4.05, 0.95), (3.6, 1.5), (3.2, 1.5)], facecolor="white", edgecolor=BLACK)
    )
    axes.add_patch(
        Polygon([(3.2, 1.6), (3.6, 1.6), (4.05, 2.15), (2.75, 2.15)], facecolor="white", edgecolor=BLACK)
    )
    axes.text(3.4, 1.17, "$A$", ha="center", va="center", fontsize=11)
    axes.text(3.4, 1.92, "$B$", ha="center", va="center", fontsize=11)
    axes.text(4.15, 1.17, r"$r\times k$, random at first", ha="left", va="center", fontsize=8)
    axes.text(4.15, 1.92, r"$d\times r$, zero at first", ha="left", va="center", fontsize=8)
    axes.text(3.72, 1.55, "rank $r$", ha="left", va="center", fontsize=8)
    axes.plot([1.45, 3.4], [0.6, 0.6], color=BLACK)
    axes.plot([2.42, 2.42], [0.4, 0.6], color=BLACK)
    for x, top in ((1.45, 1.0), (3.4, 0.95)):
        _arrow(axes, (x, 0.6), (x, top))
    axes.text(2.42, 0.32, "$x$", ha="center", va="top", fontsize=12)
    axes.plot([1.45, 1.45, 2.29], [2.1, 2.55, 2.55], color=BLACK)
    axes.plot([3.4, 3.4, 2.55], [2.15, 2.55, 2.55], color=BLACK)
    axes.text(3.47, 2.35, r"$\times\,\alpha/r$", ha="left", va="center", fontsize=9)
    axes.add_patch(Circle((2.42, 2.55), 0.13, facecolor="white", edgecolor=BLACK, linewidth=1.2))
    axes.text(2.42, 2.54, "+", ha="center", va="center", fontsize=13)
    _arrow(axes, (2.42, 2.68), (2.42, 2.9))
    axes.text(2.5, 2.92, "$h$", ha="left", va="center", fontsize=12)
    return figure
