"""How fast the integrators are, next to what a user would otherwise pick, at equal achieved error."""
