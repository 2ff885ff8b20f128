"""Draw every figure: `python -m figures`."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from figures import drawings, evaluation, functions, training
from figures.style import save

# Plots are PNG, drawings SVG.
FIGURES: dict[str, Callable[[], Figure]] = {
    "activations.png": functions.activations,
    "bias-variance.png": evaluation.bias_variance,
    "dropout-network.svg": drawings.dropout,
    "gradient-depth.png": training.depth,
    "l1-l2-derivative.png": functions.penalty_derivatives,
    "l1-l2-level-sets.svg": functions.level_sets,
    "lora.svg": drawings.lora,
    "lr-schedules.png": training.schedules,
    "norm-axes.svg": drawings.norm_axes,
    "overfitting-curves.png": training.overfitting,
    "pr-best-f1.png": evaluation.best_f1,
    "residual-block.svg": drawings.residual,
    "roc-auc.png": evaluation.roc,
    "saddle.png": training.saddle,
}

if __name__ == "__main__":
    for name, draw in FIGURES.items():
        print(save(name, draw()))
