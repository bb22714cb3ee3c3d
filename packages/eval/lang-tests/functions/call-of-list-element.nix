# category: functions
# checks: elements of a list aren't applied
# versions: 2.3+
builtins.length [ (x: x) 1 ]
