"""The embedded writer: questions, definitions, lists, summaries, titles and facts by rules, without a model.

It answers a Prompt as a model would, with JSON, and reads `prompt.fields` only. What it doubts carries the key `suphe`.
"""

from synthesis.rules.gathered import gathered
from synthesis.rules.writer import WRITTEN, write

__all__ = ["WRITTEN", "gathered", "write"]
