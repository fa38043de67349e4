"""Joint training: actors prove with the newest weights, trainers learn from what was found, both at the same time.

Trainers and actors meet only in files, the run's checkpoints and its proof store, so either side can die and come back.
"""
