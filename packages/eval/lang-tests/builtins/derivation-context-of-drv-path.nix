# category: builtins
# checks: the path of a derivation stands for all of it
# versions: 2.3+
# flags: store
let d = derivation { name = "x"; system = "s"; builder = "/b"; }; in builtins.attrValues (builtins.getContext d.drvPath)
