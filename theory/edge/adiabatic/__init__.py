"""The adiabatic parameter and the following of modes: section 5."""
