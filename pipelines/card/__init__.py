"""The card of a published dataset, in Turkish and English, written from the figures of its run."""
