# category: context
# checks: a context's name is a store path
# versions: 2.3+
builtins.appendContext "x" { "a" = { path = true; }; }
