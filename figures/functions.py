"""Curves of one variable: activations and penalties, and the level sets of the latter."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from figures.style import BLACK, BLUE, GREY, LINES, RED, panels

Array = NDArray[np.float64]
HALO = [withStroke(linewidth=3, foreground="white")]


def activations() -> Figure:
    """Sigmoid, tanh, ReLU, leaky ReLU and SiLU, and their derivatives."""
    x = np.linspace(-4, 4, 801)
    sigmoid = 1 / (1 + np.exp(-x))
    step = np.where(x > 0, 1.0, 0.0)
    step[x == 0] = np.nan  # the jump is no part of the curve
    curves = (
        ("sigmoid", sigmoid, sigmoid * (1 - sigmoid)),
        ("tanh", np.tanh(x), 1 - np.tanh(x) ** 2),
        ("ReLU", np.maximum(x, 0), step),
        ("leaky ReLU (0.1)", np.where(x > 0, x, 0.1 * x), np.where(x > 0, step, 0.1 + 0 * step)),
        ("SiLU", x * sigmoid, sigmoid + x * sigmoid * (1 - sigmoid)),
    )
    figure, (left, right) = panels(2)
    for (label, value, slope), line in zip(curves, LINES, strict=True):
        left.plot(x, value, **line, label=label)
        right.plot(x, slope, **line, label=label)
    right.axhline(0.25, color=GREY, linewidth=0.8, linestyle=":")
    right.text(3.9, 0.27, "0.25", ha="right", color=GREY, fontsize=8)
    left.set(xlabel="$x$", title="activation", ylim=(-1.3, 2.6), xlim=(-4, 4))
    right.set(xlabel="$x$", title="derivative", ylim=(-0.2, 1.25), xlim=(-4, 4))
    left.legend(loc="upper left", fontsize=8)
    return figure


def penalty_derivatives() -> Figure:
    """The slope of both penalties, and of a loss with each of them added, around zero."""
    w = np.linspace(-1.5, 1.5, 601)
    sign = np.where(w == 0, np.nan, np.sign(w))
    figure, (left, right) = panels(2)
    left.plot(w, sign, **LINES[0], label=r"L1: $\lambda\,\mathrm{sign}(w)$")
    left.plot(w, w, **LINES[1], label=r"L2: $\lambda w$")
    _ends(left, -1, 1)
    left.set(title="slope of the penalty", xlabel="$w$", ylim=(-1.9, 1.9), xlim=(-1.5, 1.5))
    left.set_yticks([-1, 0, 1], [r"$-\lambda$", "0", r"$\lambda$"])
    loss = w - 0.6
    right.plot(w, loss, color=GREY, linestyle=":", label="loss alone")
    right.plot(w, loss + sign, **LINES[0], label="loss + L1")
    right.plot(w, loss + w, **LINES[1], label="loss + L2")
    _ends(right, -1.6, 0.4)
    right.plot([0.6], [0], "o", color=GREY, markersize=5)
    right.plot([0.3], [0], "o", color=BLUE, markersize=5)
    right.annotate(
        "L1: sign changes at 0",
        (0, 0),
        (-1.42, 0.85),
        arrowprops={"arrowstyle": "->", "color": BLACK},
        fontsize=8,
    )
    right.set(title="slope of the objective", xlabel="$w$", ylim=(-3.2, 3.2), xlim=(-1.5, 1.5))
    right.set_yticks([0])
    for axes in (left, right):
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.legend(loc="upper left" if axes is left else "lower right", fontsize=8)
    return figure


def _ends(axes: Axes, low: float, high: float) -> None:
    """Open ends of a jump at zero."""
    axes.plot([0, 0], [low, high], "o", color=BLACK, markerfacecolor="white", markersize=5)


def level_sets() -> Figure:
    """A quadratic loss touching the L1 diamond in a corner and the L2 circle off the axes."""
    figure, axes = panels(2, 6.4, 3.3)
    centre, form = np.array([0.55, 1.65]), np.array([[1.0, 0.35], [0.35, 1.0]])
    angle = np.linspace(0, 2 * np.pi, 72001)
    circle = np.array([np.cos(angle), np.sin(angle)])
    diamond = circle / np.abs(circle).sum(axis=0)
    _touch(axes[0], centre, form, diamond, r"$|w_1|+|w_2|\leq t$")
    axes[0].add_patch(Polygon([(1, 0), (0, 1), (-1, 0), (0, -1)], facecolor="#dddddd", edgecolor=BLACK))
    _touch(axes[1], centre, form, circle, r"$w_1^2+w_2^2\leq t^2$")
    axes[1].add_patch(Circle((0, 0), 1, facecolor="#dddddd", edgecolor=BLACK))
    axes[0].set_title("L1: corner, $w_1=0$")
    axes[1].set_title(r"L2: off the axes, $w_1\neq0$")
    return figure


def _touch(axes: Axes, centre: Array, form: Array, boundary: Array, name: str) -> None:
    """Contours of the loss, among them the one through the lowest point of the boundary."""

    def loss(w: Array) -> Array:
        shift = w - centre.reshape((2,) + (1,) * (w.ndim - 1))
        return np.einsum("i...,ij,j...->...", shift, form, shift)

    best = boundary[:, np.argmin(loss(boundary))]
    grid = np.stack(np.meshgrid(np.linspace(-1.7, 2.3, 300), np.linspace(-1.5, 2.7, 300)))
    low = float(loss(best))
    levels = [low / 4, low, 2.6 * low, 5 * low]
    axes.contour(*grid, loss(grid), levels=levels, colors=BLUE, linewidths=[1, 2, 1, 1], linestyles="dashed")
    axes.plot(*centre, "+", color=BLUE, markersize=8)
    axes.text(centre[0] + 0.1, centre[1] + 0.06, r"$\hat w$", color=BLUE, fontsize=11)
    axes.plot(*best, "o", color=RED, markersize=7, zorder=6)
    axes.text(best[0] + 0.14, best[1] - 0.1, "$w^*$", fontsize=12, color=RED, zorder=7, path_effects=HALO)
    axes.text(0.08, -1.38, name, ha="left")
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set(xlim=(-1.6, 2.2), ylim=(-1.5, 2.6), aspect="equal", xlabel="$w_1$", ylabel="$w_2$")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
