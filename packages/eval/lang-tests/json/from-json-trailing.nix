# category: json
# checks: nothing may follow the value
# versions: 2.3+
builtins.fromJSON "1 2"
