"""The feedback loop: F7."""
