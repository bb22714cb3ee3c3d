# category: functions
# checks: a default may use the whole argument
# versions: 2.3+
({ a, b ? args.a, ... }@args: b) { a = 1; }
