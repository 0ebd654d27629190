"""The Argilla desk: records laid out in an Argilla server and people's verdicts taken back, through its SDK."""
