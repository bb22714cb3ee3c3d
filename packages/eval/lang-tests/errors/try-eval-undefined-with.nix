# category: errors
# checks: an undefined name below a with isn't caught
# versions: 2.3+
builtins.tryEval (with { }; nowhere)
