# category: context
# checks: a string without context
# versions: 2.3+
builtins.getContext "x"
