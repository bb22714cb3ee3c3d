# category: errors
# checks: or doesn't hide an error in its default
# versions: 2.3+
builtins.tryEval ({ }.a or ({ }.b))
