"""A kernel that rotates: section 5, where it is solved."""
