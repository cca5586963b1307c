"""Networks as functions of a flat weight vector with a leading seed axis. One kind of network per file."""

from .deep_linear import DeepLinear
from .layout import Law, Layout, Weight
from .linear import LinearModel
from .network import Network
from .transformer import CausalTransformer, EncoderTransformer
from .translator import EncoderDecoderTransformer
from .two_layer import QuadraticTwoLayer, ReluTwoLayer

NETWORKS: dict[str, type[Network]] = {
    network.kind: network
    for network in (
        CausalTransformer,
        DeepLinear,
        EncoderDecoderTransformer,
        EncoderTransformer,
        LinearModel,
        QuadraticTwoLayer,
        ReluTwoLayer,
    )
}

__all__ = [
    "NETWORKS",
    "CausalTransformer",
    "DeepLinear",
    "EncoderDecoderTransformer",
    "EncoderTransformer",
    "Law",
    "Layout",
    "LinearModel",
    "Network",
    "QuadraticTwoLayer",
    "ReluTwoLayer",
    "Weight",
]
