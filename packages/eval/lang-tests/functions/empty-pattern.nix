# category: functions
# checks: an empty pattern takes an empty set only
# versions: 2.3+
({ }: 1) { a = 1; }
