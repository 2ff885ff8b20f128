"""What happens while a network learns: over-fitting, depth, schedules, saddles."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures.style import BLACK, BLUE, GREY, LINES, ORANGE, panel, plt

Array = NDArray[np.float64]


def overfitting() -> Figure:
    """Training and validation loss; early stopping takes the lowest point of the latter."""
    epoch = np.linspace(0, 60, 400)
    training = 0.08 + 1.5 * np.exp(-epoch / 11)
    validation = training + 0.1 + 0.00032 * epoch**2
    best = epoch[np.argmin(validation)]
    figure, axes = panel()
    axes.plot(epoch, training, **LINES[0], label="training loss")
    axes.plot(epoch, validation, **LINES[1], label="validation loss")
    axes.axvline(best, color=GREY, linestyle=":")
    axes.annotate("early stopping", (best, 1.15), (best + 1.5, 1.15), va="center")
    k = int(np.searchsorted(epoch, 55))
    axes.annotate(
        "",
        (55, validation[k]),
        (55, training[k]),
        arrowprops={"arrowstyle": "<->", "shrinkA": 0, "shrinkB": 0},
    )
    axes.text(54, (training[k] + validation[k]) / 2, "generalization gap", ha="right", va="center")
    axes.set(xlabel="epoch", ylabel="loss", xlim=(0, 60), ylim=(0, 1.75))
    axes.legend(loc="upper right")
    return figure


def depth() -> Figure:
    """Gradient norms in random networks, layer by layer, measured, not sketched."""
    figure, axes = panel()
    cases = (
        ("ReLU, variance $4/n$ (too large)", _relu, 4.0),
        (r"ReLU, He $2/n$", _relu, 2.0),
        (r"tanh, Xavier $1/n$", _tanh, 1.0),
        (r"sigmoid, Xavier $1/n$", _sigmoid, 1.0),
    )
    for (label, activation, gain), line in zip(cases, (LINES[4], LINES[0], LINES[1], LINES[2]), strict=True):
        norms = _gradient_norms(activation, gain)
        axes.semilogy(np.arange(len(norms)), norms, **line, label=label)
    axes.set(xlabel="layers between the gradient and the loss", ylabel="gradient norm (relative)")
    axes.set(xlim=(0, 30), ylim=(1e-21, 1e7))
    axes.legend(loc="lower left", fontsize=8)
    return figure


def _gradient_norms(activation: Callable[[Array], tuple[Array, Array]], gain: float) -> Array:
    """Norms of dL/dh after 0, 1, … layers, relative to the last layer; width 256, 30 layers, 8 inputs."""
    random = np.random.default_rng(0)
    width, layers = 256, 30
    h = random.standard_normal((width, 8))
    steps = []
    for _ in range(layers):
        weights = random.standard_normal((width, width)) * np.sqrt(gain / width)
        h, slope = activation(weights @ h)
        steps.append((weights, slope))
    gradient = random.standard_normal((width, 8))
    norms = [np.linalg.norm(gradient)]
    for weights, slope in reversed(steps):
        gradient = weights.T @ (slope * gradient)
        norms.append(np.linalg.norm(gradient))
    return np.array(norms) / norms[0]


def _relu(z: Array) -> tuple[Array, Array]:
    return np.maximum(z, 0), (z > 0).astype(float)


def _tanh(z: Array) -> tuple[Array, Array]:
    h = np.tanh(z)
    return h, 1 - h**2


def _sigmoid(z: Array) -> tuple[Array, Array]:
    h = 1 / (1 + np.exp(-z))
    return h, h * (1 - h)


def schedules() -> Figure:
    """Learning rate over training, relative to its peak."""
    t = np.linspace(0, 1, 500)
    cosine = 0.5 * (1 + np.cos(np.pi * t))
    curves = {
        "step": 0.1 ** np.floor(t * 3),
        "exponential": np.exp(-4 * t),
        "cosine": cosine,
        "warmup + cosine": np.where(t < 0.1, t / 0.1, 0.5 * (1 + np.cos(np.pi * (t - 0.1) / 0.9))),
        "1cycle": np.interp(t, [0, 0.4, 0.8, 1], [0.1, 1, 0.1, 0.0]),
    }
    figure, axes = panel(5.6, 3.2)
    for (label, rate), line in zip(curves.items(), LINES, strict=True):
        axes.plot(t, rate, **line, label=label)
    axes.set(xlabel="progress of training", ylabel="learning rate / peak", xlim=(0, 1), ylim=(0, 1.05))
    axes.legend(loc="upper right", fontsize=8)
    return figure


def saddle() -> Figure:
    """The surface x² − y² with the two curves that cross at its saddle point."""
    x, y = np.meshgrid(np.linspace(-1, 1, 17), np.linspace(-1, 1, 17))
    figure = plt.figure(figsize=(4.4, 3.7), layout="none")
    axes = figure.add_axes((0.0, 0.03, 0.93, 0.9), projection="3d", proj_type="ortho", computed_zorder=False)
    axes.plot_surface(x, y, x**2 - y**2, color="#e2e2e2", edgecolor="#666666", linewidth=0.3, shade=False)
    t = np.linspace(-1, 1, 60)
    axes.plot(t, 0 * t, t**2, color=BLUE, linewidth=2.8, label="$y=0$: a minimum")
    axes.plot(
        0 * t, t, -(t**2), color=ORANGE, linewidth=2.8, linestyle=(0, (2.5, 1)), label="$x=0$: a maximum"
    )
    axes.scatter([0], [0], [0], color=BLACK, s=36)
    axes.set(xlabel="$x$", ylabel="$y$", xticks=[-1, 0, 1], yticks=[-1, 0, 1], zticks=[-1, 0, 1])
    axes.view_init(elev=32, azim=-68)
    figure.legend(loc="upper center", fontsize=8, ncols=2, title="$f(x,y)=x^2-y^2$")
    return figure
