# category: functions
# checks: a pattern wants a set
# versions: 2.3+
({ a }: a) 1
