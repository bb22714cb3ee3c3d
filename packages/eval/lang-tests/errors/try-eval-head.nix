# category: errors
# checks: the head of an empty list isn't caught
# versions: 2.3+
builtins.tryEval (builtins.head [ ])
