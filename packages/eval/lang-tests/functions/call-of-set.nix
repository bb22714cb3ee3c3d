# category: functions
# checks: a set without __functor can't be called
# versions: 2.3+
{ a = 1; } 2
