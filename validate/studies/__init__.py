"""Replications of what the source reports, in three sizes. One study per file."""
