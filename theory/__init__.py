"""Theory: symbols with units, statements, derivations, and the checker that decides them. Pure SymPy."""
