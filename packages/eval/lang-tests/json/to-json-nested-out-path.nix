# category: json
# checks: outPath may be any value
# versions: 2.3+
builtins.toJSON { outPath = { a = 1; }; }
