# category: errors
# checks: break gives back its argument
# versions: 2.9+
builtins.break 4
