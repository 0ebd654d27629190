"""Model-written Python, run where it can do no harm: `proof.py` says what tests prove, `child.py` talks to the process that `worker.py` is."""
