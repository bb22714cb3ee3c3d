# category: functions
# checks: patterns of curried functions see those before
# versions: 2.3+
({ a }: { b ? a, ... }: [ a b ]) { a = 1; } { c = 2; }
