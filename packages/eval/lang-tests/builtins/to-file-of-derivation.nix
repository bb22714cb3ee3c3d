# category: builtins
# checks: a text can't refer to what must be built
# versions: 2.3+
# flags: store
builtins.toFile "x" "${derivation { name = "x"; system = "s"; builder = "/b"; }}"
