# category: functions
# checks: defaults that need each other never end
# versions: 2.3+
({ a ? b, b ? a }: a) { }
