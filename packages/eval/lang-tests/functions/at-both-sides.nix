# category: functions
# checks: the whole argument is named once
# versions: 2.3+
a@{ x }@b: x
