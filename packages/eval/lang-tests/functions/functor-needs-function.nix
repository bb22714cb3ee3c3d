# category: functions
# checks: __functor must be callable
# versions: 2.3+
{ __functor = 1; } 2
