# category: coercion
# checks: a set with outPath stands for a path
# versions: 2.3+
builtins.readFile { outPath = toString ../files/fixtures/text.txt; }
