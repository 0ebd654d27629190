"""The model wall: one small Protocol, an embedded writer behind it and real servers."""
