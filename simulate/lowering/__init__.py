"""From SymPy to programs that compute with numbers: exact, or refused with the reason."""
