# category: functions
# checks: functionArgs of a value that is no function
# versions: 2.3+
builtins.functionArgs 1
