"""One step of the explicit method as C, written from its tableau; for one trajectory, or with lanes. And its extension."""

from __future__ import annotations

from collections.abc import Mapping

from . import extension as further
from .tableau import ERROR_3, ERROR_5, NODES, STAGES, WEIGHTS


def stages(*, lanes: bool) -> str:
    """``static void …_stages(t, h, y, p, w, k, mid, next, five, three)``.

    From the state ``y`` and its slope ``k[0]`` it computes the slopes of all stages, the new state ``next``, and the
    squared norms of the two error estimates, without the factor h. ``mid`` is left as the state of the last stage.
    """
    real, prefix = ("lane", "lanes") if lanes else ("double", "one")
    call = "lane_" if lanes else "one_"
    lines = [
        f"static void {prefix}_stages({real} t, {real} h, const {real} *restrict y, const {real} *restrict p,",
        f"    {real} *restrict w, {real} (*restrict k)[N], {real} *restrict mid, {real} *restrict next,",
        f"    const struct settings *s, {real} *five, {real} *three) {{",
    ]
    for stage in range(1, len(NODES)):
        lines.append(f"for (int i = 0; i < N; i++) mid[i] = y[i] + h * ({_combined(STAGES[stage])});")
        lines.append(f"{prefix}_rate(t + {NODES[stage].hex()} * h, mid, p, w, k[{stage}]);")
    zero = "lane_all(0.0)" if lanes else "0.0"
    lines += [
        f"{real} e5 = {zero}, e3 = {zero};",
        "for (int i = 0; i < N; i++) {",
        f"next[i] = y[i] + h * ({_combined(WEIGHTS)});",
        f"const {real} scale = s->atol + s->rtol * {call}larger({call}fabs(y[i]), {call}fabs(next[i]));",
        f"const {real} by = 1.0 / scale, a = ({_combined(ERROR_5)}) * by, b = ({_combined(ERROR_3)}) * by;",
        "e5 += a * a; e3 += b * b;",
        "}",
        "*five = e5; *three = e3;",
        "}",
        "",
    ]
    return "\n".join(lines)


def extension() -> str:
    """``static void one_extension(t, h, y, end, p, w, k, mid, part)``.

    From the states at both ends of a step and its slopes, ``k[12]`` that at its end, it computes the further slopes and
    the coefficients ``part`` of the polynomial between the ends (:mod:`.extension`).
    """
    lines = [
        "QUICKLY_COMPILED void one_extension(double t, double h, const double *restrict y, const double *restrict end,",
        "    const double *restrict p, double *restrict w, double (*restrict k)[N], double *restrict mid,",
        "    double (*restrict part)[N]) {",
    ]
    for stage, node in further.NODES.items():
        lines.append(f"for (int i = 0; i < N; i++) mid[i] = y[i] + h * ({_combined(further.STAGES[stage])});")
        lines.append(f"one_rate(t + {node.hex()} * h, mid, p, w, k[{stage}]);")
    lines += [
        "for (int i = 0; i < N; i++) {",
        "part[0][i] = end[i] - y[i];",
        "part[1][i] = h * k[0][i] - part[0][i];",
        "part[2][i] = 2 * part[0][i] - h * (k[0][i] + k[12][i]);",
        *(
            f"part[{3 + row}][i] = h * ({_combined(weights)});"
            for row, weights in enumerate(further.EXTENSION)
        ),
        "}",
        "}",
        "",
    ]
    return "\n".join(lines)


def _combined(weights: Mapping[int, float]) -> str:
    return " + ".join(f"{weight.hex()} * k[{stage}][i]" for stage, weight in weights.items())
