from pipelines.stage import *
REVIEW = Stage(name="review",folder="4-reviewed",unit="x",needs=(),rooms=(),part=lambda r:{},run=lambda c: Outcome(0,0))
