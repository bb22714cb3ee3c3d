# category: json
# checks: outPath and __toString stand for the set
# versions: 2.3+
builtins.toJSON [ { outPath = "o"; a = 1; } { __toString = self: "s"; outPath = "o"; } { a = { outPath = "p"; }; } ]
