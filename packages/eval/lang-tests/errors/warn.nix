# category: errors
# checks: warn gives back its second argument
# versions: 2.23+
builtins.warn "careful" 3
