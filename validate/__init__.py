"""Confronting what the theory says with what networks do: records, nulls, checks, verdicts, the report."""
