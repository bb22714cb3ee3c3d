# category: errors
# checks: calling what is no function isn't caught
# versions: 2.3+
builtins.tryEval (1 2)
