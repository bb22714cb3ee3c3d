# category: builtins
# checks: there must be an output
# versions: 2.3+
# flags: store
(derivation { name = "x"; system = "s"; builder = "/b"; outputs = [ ]; }).outPath
