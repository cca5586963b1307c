"""The tangent kernel of all seeds of a run on their training examples, from its snapshots."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from .description import RunDescription

Array = npt.NDArray[np.float64]


def tangent_kernels(description: RunDescription, weights: npt.NDArray[np.floating]) -> Array:
    """``K = J Jᵀ (S, T, N, N)`` of the N outputs on the training examples at ``weights (S, T, p)`` (1/θ² of values).

    N is the number of examples times that of outputs, example by example. Everything is done in float64. The
    Jacobian is formed whole, T · N · p numbers for one seed at a time: for small networks.

    Under the loss ``½ mean ‖output − target‖²`` over n examples, gradient flow moves the residual by
    ``ṙ = −(η/n) K r``: the kernel of the theory is ``K/n`` (A.kernel-flow).

    Raises:
        ValueError: the network is not one of values, or ``weights`` do not fit it.
    """
    task, network = description.task, description.network
    if task.objective.classifies:
        raise ValueError(
            f"tangent_kernels: {type(task).__name__} has classes; residuals follow the kernel for values only"
        )
    wanted = (len(description.seeds), network.length(task))
    if weights.ndim != 3 or (weights.shape[0], weights.shape[2]) != wanted:
        raise ValueError(
            f"tangent_kernels: weights have shape {weights.shape}; give (S, T, p) = ({wanted[0]}, T, {wanted[1]})"
        )
    return np.stack(
        [_of_seed(description, seed, one) for seed, one in zip(description.seeds, weights, strict=True)]
    )


def _of_seed(description: RunDescription, seed: int, weights: npt.NDArray[np.floating]) -> Array:
    """``(T, N, N)``: the T moments take the place of seeds in the network."""
    task, network = description.task, description.network
    theta = torch.from_numpy(np.array(weights, dtype=np.float64)).requires_grad_()  # (T, p)
    inputs = torch.from_numpy(np.asarray(task.data(seed).train_inputs))
    repeated = inputs.expand(len(theta), *inputs.shape)
    outputs = network.forward(task, theta, network.encode(task, repeated)).flatten(1)  # (T, N)
    # Row t of θ moves output t alone, so the gradient of a sum over t holds each one's own.
    rows = [torch.autograd.grad(one.sum(), theta, retain_graph=True)[0] for one in outputs.unbind(1)]
    jacobian = torch.stack(rows, dim=1)  # (T, N, p)
    kernel: Array = (jacobian @ jacobian.mT).numpy()
    return kernel
