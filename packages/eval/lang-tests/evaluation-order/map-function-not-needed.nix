# category: evaluation-order
# checks: the function of mapAttrs isn't evaluated before a value is asked for
# versions: 2.3+
builtins.attrNames (builtins.mapAttrs (throw "x") { a = 1; })
