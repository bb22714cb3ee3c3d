# category: builtins
# checks: a derivation has a builder
# versions: 2.3+
# flags: store
(derivation { name = "x"; system = "s"; }).outPath
