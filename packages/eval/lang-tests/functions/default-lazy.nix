# category: functions
# checks: a default that isn't needed isn't evaluated
# versions: 2.3+
({ a ? throw "no", b }: b) { b = 1; }
