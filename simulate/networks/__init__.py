"""Networks as functions of a flat weight vector with a leading seed axis. One network per file."""

from .network import Network
from .two_layer import QuadraticTwoLayer

NETWORKS: dict[str, type[QuadraticTwoLayer]] = {QuadraticTwoLayer.kind: QuadraticTwoLayer}

__all__ = ["NETWORKS", "Network", "QuadraticTwoLayer"]
