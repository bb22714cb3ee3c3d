# category: errors
# checks: trace gives back its second argument
# versions: 2.3+
builtins.trace "traced" (builtins.trace { a = 1; } 2)
