# category: json
# checks: the line of a mistake
# versions: 2.3+
builtins.fromJSON "{\n  \"a\": 1,\n  b\n}"
