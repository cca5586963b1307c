"""W1: the closed form against the matrices themselves, and the check against broken recordings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spectral_edge.validate.checks.rank_two_shift import closed_form, direct, judge
from spectral_edge.validate.verdict import Verdict

EPS = np.finfo(float).eps
ROWS = st.tuples(st.integers(3, 6), st.integers(1, 8)).flatmap(
    lambda shape: arrays(
        float, shape, elements=st.floats(-10, 10, allow_subnormal=False).map(lambda x: round(x, 3))
    )
)


def naive(rows):
    """Form both p × p matrices and look at their difference."""
    change = rows[1:].T @ rows[1:] - rows[:-1].T @ rows[:-1]
    eigenvalues = np.linalg.eigvalsh(change)
    return np.array([max(eigenvalues[-1], 0), min(eigenvalues[0], 0), np.linalg.norm(change)])


def bound(rows):
    """The eigenvalues of a symmetric matrix move by at most its error: p·ε‖X‖² for products of p terms, and
    the square root in the closed form turns an error e of its radicand into at most √e."""
    size = float(np.sum(rows**2)) + 1e-12
    return 64 * sum(rows.shape) * np.sqrt(EPS) * size


@given(ROWS)
def test_three_inner_products_give_the_eigenvalues_and_norm_of_the_full_difference(rows):
    exact = naive(rows)
    assert np.abs(closed_form(rows @ rows.T) - exact).max() <= bound(rows)
    assert np.abs(direct(rows) - exact).max() <= bound(rows)


@given(ROWS, st.integers(0, 2**32 - 1))
def test_rotating_the_parameters_changes_nothing(rows, seed):
    draw = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(draw.standard_normal((rows.shape[1], rows.shape[1])))
    assert np.abs(direct(rows @ rotation) - direct(rows)).max() <= bound(rows)


def kept_run(made_run, corrupt=0.0):
    """A run that kept its raw updates at one step; ``corrupt`` spoils one recorded inner product."""
    run = made_run([5.0, 4.0, 3.0, 2.0, 1.0])
    length = run.final_weights.shape[1]
    rows = np.random.default_rng(0).standard_normal((6, 6, length)).astype(np.float32)
    rows += np.float32(2.0)  # updates with a common part, so that they are far from orthogonal
    step = int(run.record_steps[3])
    inner = run.inner.copy()
    wide = rows.astype(float)
    inner[:, 3] = wide @ wide.transpose(0, 2, 1)
    inner[0, 3, 0, -1] *= 1 + corrupt
    inner[0, 3, -1, 0] *= 1 + corrupt
    recording = replace(run.description.recording, keep_rows_at=(step,))
    return replace(
        run, description=replace(run.description, recording=recording), inner=inner, kept_rows={step: rows}
    )


def test_a_recorder_that_is_right_proves_the_identity(made_run, in_context, proved_w1):
    found = judge(in_context({"decay": kept_run(made_run)}, results=proved_w1))
    assert found.verdict is Verdict.PROVED
    assert found.value.value < 1e-10 < found.null.value


def test_a_recorder_that_is_off_by_a_millionth_in_one_number_is_found_out(made_run, in_context, proved_w1):
    found = judge(in_context({"decay": kept_run(made_run, corrupt=1e-6)}, results=proved_w1))
    assert found.verdict is Verdict.REFUTED
