# category: builtins
# checks: a name that can't be in a store path
# versions: 2.3+
# flags: store
builtins.toFile "a b" ""
