"""The mutation ledger: for each statement and step, the altered copies that were tried and rejected."""
