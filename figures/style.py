"""One look for all figures: legible in black and white and on a dark screen, the same bytes on every run."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("agg")  # no display, the same rasteriser everywhere

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

IMAGES = Path(__file__).parents[1] / "sources" / "images"

# Colour-blind safe (Okabe & Ito, 2008); each colour always comes with its own dash pattern or hatch.
BLACK, BLUE, ORANGE, GREEN, RED, GREY = "#000000", "#0072B2", "#D55E00", "#007A5E", "#A3195B", "#777777"
LINES = (
    {"color": BLACK, "linestyle": "-"},
    {"color": BLUE, "linestyle": (0, (5, 2))},
    {"color": ORANGE, "linestyle": (0, (1, 1.2))},
    {"color": GREEN, "linestyle": (0, (6, 2, 1, 2))},
    {"color": RED, "linestyle": (0, (9, 2))},
)

plt.rcParams.update(
    {
        "axes.grid": True,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "figure.constrained_layout.use": True,
        "figure.facecolor": "white",  # a dark page must not swallow black lines
        "font.family": "DejaVu Sans",  # comes with matplotlib
        "font.size": 9,
        "grid.alpha": 0.3,
        "grid.linewidth": 0.5,
        "legend.framealpha": 1.0,
        "lines.linewidth": 1.7,
        "mathtext.fontset": "cm",
        "savefig.dpi": 160,
        "svg.fonttype": "path",  # no reader needs our fonts
        "svg.hashsalt": "cardbook",  # ids of SVG elements are random without it
    }
)


def panel(width: float = 5.2, height: float = 3.2) -> tuple[Figure, Axes]:
    """A figure of one plot; sizes in inches."""
    return plt.subplots(figsize=(width, height))


def panels(count: int, width: float = 7.0, height: float = 3.1) -> tuple[Figure, list[Axes]]:
    """A figure of `count` plots side by side."""
    figure, axes = plt.subplots(1, count, figsize=(width, height))
    return figure, list(axes)


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty page for a drawing, in inches, without axes."""
    figure = plt.figure(figsize=(width, height), layout="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.axis("off")
    return figure, axes


def save(name: str, figure: Figure) -> Path:
    """Write a figure below `IMAGES` without anything that changes from run to run, and close it."""
    path = IMAGES / name
    metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    figure.savefig(path, metadata=metadata)
    plt.close(figure)
    return path
