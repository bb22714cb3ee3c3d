# category: json
# checks: keys are strings
# versions: 2.3+
builtins.fromJSON "{ 1: 2 }"
