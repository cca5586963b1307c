"""The verifier verified: simulated studies with known answers, through the real checks."""
