"""Gap maximality: F6 and AX3."""
