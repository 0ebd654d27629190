"""Adapters -> GGUF, Modelfile, model card, and the proof that they are the trained model. Start reading in `files`."""
