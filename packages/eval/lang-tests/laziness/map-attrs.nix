# category: laziness
# checks: mapAttrs evaluates nothing by itself
# versions: 2.3+
builtins.attrNames (builtins.mapAttrs (n: v: throw "no") { a = 1; b = 2; })
