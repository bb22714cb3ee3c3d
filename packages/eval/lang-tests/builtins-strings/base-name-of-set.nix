# category: builtins-strings
# checks: baseNameOf takes a set that coerces
# versions: 2.3+
baseNameOf { outPath = "/x/y-1.0"; }
