# category: laziness
# checks: a string's parts are evaluated with the string
# versions: 2.3+
builtins.attrNames { a = "x${throw "no"}"; }
