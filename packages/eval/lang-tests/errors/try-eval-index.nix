# category: errors
# checks: an index out of bounds isn't caught
# versions: 2.3+
builtins.tryEval (builtins.elemAt [ ] 0)
