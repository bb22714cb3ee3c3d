# category: builtins
# checks: what derivation adds
# versions: 2.3+
# flags: store
builtins.attrNames (derivation { name = "x"; system = "s"; builder = "/b"; })
