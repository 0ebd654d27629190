"""PAIRS -> REVIEWED PREFERENCES. Candidates, choosing, the review desk."""
