"""The parts of a page: a statement, its derivation, its counterexample, its evidence, as docutils nodes."""
