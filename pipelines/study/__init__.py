"""What curation did, to look at: distributions of the quality measures with their cuts, clusters of duplicates, personal data, samples of what was dropped."""
