# category: functions
# checks: a function applied to itself ends where it doesn't call on
# versions: 2.3+
(f: f f) (f: 1)
