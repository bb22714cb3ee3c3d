# category: json
# checks: there are no comments
# versions: 2.3+
builtins.fromJSON "1 // one"
