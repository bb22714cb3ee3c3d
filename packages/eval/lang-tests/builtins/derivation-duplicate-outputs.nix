# category: builtins
# checks: outputs have different names
# versions: 2.3+
# flags: store
(derivation { name = "x"; system = "s"; builder = "/b"; outputs = [ "out" "out" ]; }).outPath
