# category: functions
# checks: the body of a function extends as far as possible
# versions: 2.3+
(x: x + 1 == 2) 1
