# category: functions
# checks: a string can't be called
# versions: 2.3+
"f" 1
