# category: functions
# checks: null can't be called
# versions: 2.3+
null null
