# category: functions
# checks: the name of the whole argument differs from the others
# versions: 2.3+
a@{ a }: a
