def make_interviews(*a, **k): pass
