"""The graph of a theory: statements and what they use, as data, as a drawing and as a map to click on."""
