# category: functions
# checks: which of several missing arguments is told
# versions: 2.3+
({ a, b, c }: 1) { b = 1; }
