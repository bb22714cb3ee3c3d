# category: json
# checks: words other than true, false and null
# versions: 2.3+
builtins.fromJSON "yes"
