"""The spectral edge theory, one topic per file: the order here is that of the reports."""

from __future__ import annotations

from ..chapters import chapter
from ..theory import Theory
from . import assumptions, predictions
from .adiabatic import (
    adiabatic_regimes,
    adiabatic_units,
    adiabatic_window,
    following_bounds,
    following_many,
    following_norms,
    mode_following,
)
from .detection import (
    detection_script,
    detection_threshold,
    krylov,
    krylov_sizes,
    sketch_size,
    sketching,
)
from .eigenvalues import (
    avoided_crossing,
    eigenvalue_claims,
    eigenvalue_flow,
    eigenvector_turning,
    moving_frame,
    pechukas_yukawa,
)
from .eigenvectors import (
    davis_kahan,
    eigenvector_stability,
    leading_rotation,
    sharp_rotation,
)
from .feedback import (
    alpha_feedback,
    feedback_bistable,
    feedback_folds,
    feedback_readings,
)
from .gap import (
    crossing,
    gap_at_rest,
    gap_dynamics,
    gap_flow,
    level_repulsion,
    small_gap,
    viability,
)
from .kernel import (
    critical_adiabatic,
    exceptional_point,
    exceptional_solutions,
    kernel_speed,
    many_rates,
    orbit_form,
    rotating_kernel,
    rotating_loss,
    three_mode_claims,
    three_mode_frame,
    three_modes,
)
from .loss import (
    loss_claims,
    loss_decomposition,
    loss_errors,
)
from .maximality import (
    agreement,
    collapse,
    gap_maximality,
    pair_rotation,
    subspace_rotation,
)
from .noise import (
    bru,
    dyson,
    mode_noise,
)
from .notation import NOTATION
from .strengths import (
    hierarchy,
    signal_strength,
    turning_modes,
)
from .window import (
    hoffman_wielandt,
    rank_two_shift,
    two_perturbations,
)

_CHAPTERS = (
    chapter(
        "assumptions",
        "What is assumed",
        (assumptions, "The assumptions"),
    ),
    chapter(
        "window",
        "The window: W1 and W2",
        (rank_two_shift, "The rank-two shift"),
        two_perturbations,
        (hoffman_wielandt, "Hoffman and Wielandt’s inequality"),
    ),
    chapter(
        "eigenvalues",
        "Eigenvalues that move: W3",
        eigenvalue_flow,
        eigenvector_turning,
        eigenvalue_claims,
        (avoided_crossing, "The avoided crossing"),
        moving_frame,
        (pechukas_yukawa, "Pechukas and Yukawa’s system"),
    ),
    chapter(
        "noise",
        "Eigenvalues under noise: W4",
        mode_noise,
        (dyson, "Dyson’s Brownian motion"),
        (bru, "Bru’s Wishart process"),
    ),
    chapter(
        "eigenvectors",
        "Eigenvectors that turn: W5",
        eigenvector_stability,
        (davis_kahan, "Davis and Kahan’s bound"),
        leading_rotation,
        sharp_rotation,
    ),
    chapter(
        "detection",
        "Detection, curvature, sketching: W6 to W8",
        detection_threshold,
        (detection_script, "The test as the script does it"),
        (krylov, "The Krylov bound"),
        (krylov_sizes, "Sizes that slow modes bound"),
        sketching,
        sketch_size,
    ),
    chapter(
        "strengths",
        "Signal strengths: F1 and F2",
        signal_strength,
        turning_modes,
        hierarchy,
    ),
    chapter(
        "gap",
        "The gap: F3, F4 and AX1",
        gap_flow,
        small_gap,
        viability,
        gap_at_rest,
        crossing,
        level_repulsion,
        gap_dynamics,
    ),
    chapter(
        "loss",
        "The loss: F5 and AX2",
        loss_decomposition,
        loss_errors,
        loss_claims,
    ),
    chapter(
        "maximality",
        "Gap maximality: F6 and AX3",
        gap_maximality,
        pair_rotation,
        subspace_rotation,
        agreement,
        collapse,
    ),
    chapter(
        "feedback",
        "The feedback loop: F7",
        (alpha_feedback, "The α-feedback loop"),
        feedback_folds,
        feedback_bistable,
        feedback_readings,
    ),
    chapter(
        "adiabatic",
        "The adiabatic parameter",
        (adiabatic_units, "The units of 𝒜"),
        adiabatic_window,
        rotating_kernel,
        (kernel_speed, "The speed of a kernel"),
        exceptional_point,
        exceptional_solutions,
        (orbit_form, "The form of the orbits"),
        (critical_adiabatic, "The critical 𝒜"),
        (many_rates, "Any number of rates"),
        three_mode_frame,
        (three_modes, "Three modes that turn"),
        three_mode_claims,
        (mode_following, "Following a mode"),
        (following_bounds, "How closely a mode is followed"),
        (following_many, "Following a group of modes"),
        (following_norms, "Following, in each norm"),
        rotating_loss,
        (adiabatic_regimes, "The three regimes"),
    ),
    chapter(
        "data",
        "What data must decide",
        *predictions.TOPICS,
    ),
)

THEORY = Theory(
    name="spectral-edge",
    title="The spectral edge theory of neural-network training",
    notation=NOTATION,
    statements=tuple(statement for part in _CHAPTERS for statement in part.statements),
    chapters=_CHAPTERS,
)
