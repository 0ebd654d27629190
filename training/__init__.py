"""DATASETS -> ADAPTERS -> GGUF. The only room that imports torch, trl, peft, unsloth and llama.cpp bindings."""

import os

# Waiting threads sleep instead of spinning. On two cores under other work a training step took 2.2 s of CPU time with spinning
# and 0.14 s without; on idle cores both are alike. OpenMP reads this once, when torch is loaded, so it stands before all of that.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
