"""DATASETS -> ADAPTERS -> GGUF. The only room that imports torch, trl, peft, unsloth and llama.cpp bindings."""
