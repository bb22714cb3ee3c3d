# category: operators
# checks: functions can't be ordered
# versions: 2.3+
(x: x) < (x: x)
