# category: json
# checks: a number has no plus
# versions: 2.3+
builtins.fromJSON "+1"
