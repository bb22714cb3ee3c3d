# category: builtins-attrs
# checks: the first of equal names wins; values are lazy
# versions: 2.3+
[ (builtins.listToAttrs [ { name = "a"; value = 1; } { name = "b"; value = 2; } { name = "a"; value = 3; } ]) (builtins.attrNames (builtins.listToAttrs [ { name = "x"; value = throw "no"; } ])) ]
