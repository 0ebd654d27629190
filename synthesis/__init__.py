"""DOCUMENTS -> PAIRS. Passages, tasks, prompts, parsers, grounding. No model, no network."""
