"""Results that go with the sources: the evidence of a finished verification, small enough to be committed."""
