# category: builtins
# checks: a function is no attribute of a derivation
# versions: 2.3+
# flags: store
(derivation { name = "x"; system = "s"; builder = "/b"; f = x: x; }).outPath
