# category: functions
# checks: an argument that isn't named is refused
# versions: 2.3+
({ a }: a) { a = 1; c = 2; }
