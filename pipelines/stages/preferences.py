from pipelines.stage import *
PREFERENCES = Stage(name="preferences",folder="3-preferences",unit="x",needs=(),rooms=(),part=lambda r:{},run=lambda c: Outcome(0,0))
