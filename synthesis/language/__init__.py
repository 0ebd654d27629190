"""Verdicts on the Turkish of generated text: pure functions, a short reason or None, each with its own gold set and figures."""
