"""ORDER, FILES, PROGRESS, COMMANDS. Recipe -> stages -> run folder; the only room that imports distilabel."""
