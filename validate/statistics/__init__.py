"""What numbers of a few seeds allow one to say. The seed is the unit of replication everywhere."""
