# category: coercion
# checks: concatStringsSep coerces sets, not numbers
# versions: 2.3+
builtins.concatStringsSep "," [ { outPath = "a"; } { __toString = s: "b"; } ]
