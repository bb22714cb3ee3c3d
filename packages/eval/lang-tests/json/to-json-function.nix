# category: json
# checks: functions have no JSON form
# versions: 2.3+
builtins.toJSON { a = x: x; }
