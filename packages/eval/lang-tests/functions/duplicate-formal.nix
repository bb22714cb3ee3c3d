# category: functions
# checks: a pattern names each argument once
# versions: 2.3+
{ a, a }: a
