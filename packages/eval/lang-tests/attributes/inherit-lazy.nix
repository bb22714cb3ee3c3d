# category: attributes
# checks: inherit evaluates nothing until asked
# versions: 2.3+
let s = throw "no"; in builtins.attrNames { inherit (s) a b; }
