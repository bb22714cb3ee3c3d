# category: functions
# checks: an unexpected argument is refused though all have defaults
# versions: 2.3+
({ a ? 1, b ? 2 }: a) { c = 3; }
