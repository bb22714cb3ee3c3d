# category: builtins
# checks: a name that can't be in a store path
# versions: 2.3+
# flags: store
(derivation { name = "x y"; system = "s"; builder = "/b"; }).outPath
