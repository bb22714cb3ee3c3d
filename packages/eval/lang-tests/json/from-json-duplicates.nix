# category: json
# checks: of equal names the last wins
# versions: 2.3+
builtins.fromJSON ''{ "a": 1, "b": 2, "a": 3 }''
