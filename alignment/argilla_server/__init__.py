"""An argilla-server in one process: SQLite, search and jobs inside it. Runs in an environment of its own; nothing else in imbik imports it."""
