# category: json
# checks: a control character must be escaped
# versions: 2.3+
builtins.fromJSON "\"a\tb\""
