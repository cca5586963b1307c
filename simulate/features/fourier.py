"""How much of a function of a residue is one Fourier mode, and the basis in which a product becomes a sum."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Tokens = npt.NDArray[np.int64]


def concentration(signal: Array, answers: Tokens, period: int) -> tuple[Array, Tokens]:
    """The share of the power at the strongest frequency, and that frequency, ``(...)`` each.

    ``signal (..., n)`` is averaged over the inputs of each answer; the mean over the answers is taken off, so that
    answers which never occur count as the mean; what is left is a function on 0 … period − 1. Its frequencies are 1 …
    ⌊period/2⌋, the power of one that of its cosine and sine together. The share is NaN where nothing is left.

    Args:
        signal: one number per input.
        answers: of the inputs, ``(n,)``, from 0 to period − 1.
        period: of the answers.

    Raises:
        ValueError: answers lie outside the period, or are not one per input.
    """
    if answers.shape != signal.shape[-1:] or answers.min() < 0 or answers.max() >= period:
        raise ValueError(
            f"{answers.shape} answers from {answers.min()} to {answers.max()} for a signal of shape {signal.shape}; "
            f"give one per input, from 0 to {period - 1}"
        )
    member = (answers[:, None] == np.arange(period)).astype(np.float64)  # (n, period)
    occurs = member.sum(axis=0)
    means = signal @ (member / np.maximum(occurs, 1))
    centred = np.where(occurs > 0, means - means[..., occurs > 0].mean(axis=-1, keepdims=True), 0.0)
    # The answers that are 0 by filling-in keep the sum at 0: frequency 0 has no power.
    power = np.abs(np.fft.rfft(centred, axis=-1)[..., 1:]) ** 2
    if period % 2:
        power = 2 * power  # positive and negative frequency
    else:
        power[..., :-1] *= 2  # the last is its own negative
    total = power.sum(axis=-1)
    floor = (period * np.finfo(np.float64).eps * np.abs(means).max(axis=-1)) ** 2
    share = np.divide(power.max(axis=-1), total, out=np.full(total.shape, np.nan), where=total > floor)
    return share, np.argmax(power, axis=-1).astype(np.int64) + 1


def discrete_logarithms(modulus: int) -> Tokens:
    """``l (modulus,)`` with ``g^l[a] = a`` for the smallest primitive root g of a prime; ``l[0]`` is −1.

    Raises:
        ValueError: no residue has all the others as powers: the modulus is no prime.
    """
    for root in range(1, modulus):
        powers = [1]
        while len(powers) < modulus - 1:
            powers.append(powers[-1] * root % modulus)
        if len(set(powers)) == modulus - 1 and 0 not in powers:
            found = np.full(modulus, -1, dtype=np.int64)
            found[powers] = np.arange(modulus - 1)
            return found
    raise ValueError(f"modulus={modulus}: no residue has all others as its powers; give a prime")
