# category: builtins
# checks: results of mapping over sets come in name order
# versions: 2.3+
builtins.attrValues (builtins.mapAttrs (n: v: n) { z = 1; a = 2; m = 3; })
