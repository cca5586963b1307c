"""The spectrum of the updates of any PyTorch training."""
