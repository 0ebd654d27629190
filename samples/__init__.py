"""Turkish texts of our own writing, and the planted faults that a curation must find among them."""
