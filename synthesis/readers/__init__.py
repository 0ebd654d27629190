"""Readers: an item of a model's reply becomes a draft of a pair, or the reason why it cannot."""
