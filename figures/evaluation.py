"""What the notes say of errors and metrics, measured on samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures.style import BLACK, GREY, LINES, RED, panel

Array = NDArray[np.float64]


def bias_variance() -> Figure:
    """Bias², variance and their sum for polynomials fitted to many samples of 12 noisy points of a sine."""
    noise, degrees = 0.3, np.arange(0, 10)
    bias, variance = np.array([_decompose(degree, noise) for degree in degrees]).T
    total = bias + variance + noise**2
    figure, axes = panel()
    axes.plot(degrees, total, **LINES[0], marker="o", markersize=4, label="total error")
    axes.plot(degrees, bias, **LINES[1], marker="s", markersize=4, label=r"bias$^2$")
    axes.plot(degrees, variance, **LINES[2], marker="^", markersize=4, label="variance")
    axes.axhline(noise**2, color=GREY, linestyle=":", linewidth=1.2, label="noise")
    best = int(np.argmin(total))
    axes.annotate("best trade-off", (best, total[best]), (best + 0.4, 0.36), arrowprops={"arrowstyle": "->"})
    axes.set(xlabel="degree of the polynomial (complexity)", ylabel="mean squared error", ylim=(0, 0.62))
    axes.legend(loc="upper center", fontsize=8)
    return figure


def _decompose(degree: int, noise: float, samples: int = 2000, points: int = 12) -> tuple[float, float]:
    """Bias² and variance, averaged over [0, 1], of least squares on `samples` training sets."""
    random = np.random.default_rng(1)
    grid = np.linspace(0, 1, 101)
    x = np.linspace(0, 1, points)
    labels = np.sin(2 * np.pi * x)[:, None] + noise * random.standard_normal((points, samples))
    fit = np.polynomial.legendre.legvander(2 * x - 1, degree)
    coefficients = np.linalg.lstsq(fit, labels, rcond=None)[0]
    predictions = np.polynomial.legendre.legvander(2 * grid - 1, degree) @ coefficients
    bias = np.mean((predictions.mean(axis=1) - np.sin(2 * np.pi * grid)) ** 2)
    return float(bias), float(np.mean(predictions.var(axis=1)))


def _scores(positives: tuple[float, float], size: int = 1500) -> tuple[Array, Array]:
    """Calibrated scores, Beta-distributed, and labels drawn with just these probabilities."""
    random = np.random.default_rng(7)
    scores = random.beta(*positives, size)
    return scores, (random.random(size) < scores).astype(float)


def _counts(scores: Array, labels: Array) -> tuple[Array, Array, Array]:
    """Thresholds from high to low, with the true and false positives at each."""
    order = np.argsort(-scores)
    return scores[order], np.cumsum(labels[order]), np.cumsum(1 - labels[order])


def best_f1() -> Figure:
    """A precision-recall curve among lines of equal F1, and its point of highest F1."""
    thresholds, hits, misses = _counts(*_scores((0.35, 0.9)))
    precision, recall = hits / (hits + misses), hits / hits[-1]
    f1 = 2 * hits / (hits + misses + hits[-1])
    best = int(np.argmax(f1))
    figure, axes = panel(4.8, 3.6)
    for level in (0.2, 0.4, 0.6, 0.8):
        _iso_f1(axes, level, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.text(level / (2 - level), 1.02, f"F1={level}", color="#555555", fontsize=7.5, ha="center")
    axes.plot(recall, precision, **LINES[0])
    _iso_f1(axes, float(f1[best]), color=RED, linewidth=1.0, linestyle="--")
    axes.plot(recall[best], precision[best], "o", color=RED, markersize=7, zorder=5)
    label = f"best F1 = {f1[best]:.2f}\nat threshold {thresholds[best]:.2f}"
    axes.annotate(
        label, (recall[best], precision[best]), (0.42, 0.16), arrowprops={"arrowstyle": "->"}, fontsize=9
    )
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.09))
    return figure


def _iso_f1(axes: Axes, level: float, **line: Any) -> None:
    """The points of equal F1: precision as a function of recall."""
    recall = np.linspace(level / (2 - level), 1, 300)
    axes.plot(recall, level * recall / (2 * recall - level), **line)


def roc() -> Figure:
    """The ROC curve of a good and of a weak model, and chance."""
    figure, axes = panel(4.2, 3.8)
    scores, labels = _scores((0.35, 0.9))
    noisy = scores + np.random.default_rng(3).normal(0, 0.35, len(scores))
    for name, values, line in (("model A", scores, LINES[0]), ("model B", noisy, LINES[1])):
        _, hits, misses = _counts(values, labels)
        x, y = np.append(0, misses / misses[-1]), np.append(0, hits / hits[-1])
        axes.plot(x, y, **line, label=f"{name}, AUC = {np.trapezoid(y, x):.2f}")
        if name == "model A":
            axes.fill_between(x, y, color="#dddddd", hatch="...", edgecolor="white", linewidth=0)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="chance, AUC = 0.50")
    axes.plot([0], [1], marker="*", color=BLACK, markersize=9, clip_on=False)
    axes.set(
        xlabel="false positive rate", ylabel="true positive rate", xlim=(0, 1), ylim=(0, 1), aspect="equal"
    )
    axes.legend(loc="lower right", fontsize=8)
    return figure
