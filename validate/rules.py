"""The one table by which evidence becomes a verdict.

For a prediction, each of data and nulls takes the same test, which says yes, no, or cannot say:

==========  ==========================  ==============
data        null models                 verdict
==========  ==========================  ==============
no          any                         refuted
cannot say  any                         inconclusive
yes         at least one says yes       uninformative
yes         none yes, one cannot say    inconclusive
yes         all say no                  supported
==========  ==========================  ==============

For a theorem, ``status`` is that of the theory, ``numbers`` whether the confrontation with numbers
agreed (None: it has none), ``altered`` whether every altered copy was rejected:

=============  ==========  =========  =============
status         numbers     altered    verdict
=============  ==========  =========  =============
refuted        any         any        refuted
not checked    any         any        not checked
proved         no          any        refuted
proved         yes / none  survived   uninformative
proved         yes / none  rejected   proved
=============  ==========  =========  =============
"""

from __future__ import annotations

from collections.abc import Mapping

from ..theory.status import Status
from .verdict import Verdict


def judge_prediction(data: bool | None, nulls: Mapping[str, bool | None]) -> Verdict:
    """The verdict on a prediction.

    Raises:
        ValueError: no null model took the test, so that passing it could not be interpreted.
    """
    if not nulls:
        raise ValueError("a prediction needs at least one null model that takes the same test")
    if data is None:
        return Verdict.INCONCLUSIVE
    if data is False:
        return Verdict.REFUTED
    if True in nulls.values():
        return Verdict.UNINFORMATIVE
    return Verdict.INCONCLUSIVE if None in nulls.values() else Verdict.SUPPORTED


def judge_theorem(status: Status, numbers: bool | None, altered_rejected: bool) -> Verdict:
    """The verdict on a theorem."""
    if status is Status.REFUTED:
        return Verdict.REFUTED
    if status is not Status.PROVED:
        return Verdict.NOT_CHECKED
    if numbers is False:
        return Verdict.REFUTED
    return Verdict.PROVED if altered_rejected else Verdict.UNINFORMATIVE
