"""Personal data in Turkish texts: found by Presidio recognisers of our own, then tagged, masked or dropped."""
