# category: builtins
# checks: derivation evaluates its attributes when an output is used
# versions: 2.3+
# flags: store
let d = derivation { name = "x"; system = "s"; builder = "/b"; a = throw "no"; }; in [ d.name d.type (builtins.tryEval d.outPath).success ]
