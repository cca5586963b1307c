"""Runs on disk: labelled series, entries, checkpoints, and the list of what there is."""
