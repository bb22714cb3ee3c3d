# category: functions
# checks: a default may need a later argument's default
# versions: 2.3+
({ a ? b + 1, b ? c + 1, c ? 1 }: [ a b c ]) { }
