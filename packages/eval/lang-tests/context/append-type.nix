# category: context
# checks: the context is a set
# versions: 2.3+
builtins.appendContext "x" [ ]
