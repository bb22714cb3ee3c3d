# category: json
# checks: a number has no leading zero
# versions: 2.3+
builtins.fromJSON "01"
