# category: context
# checks: hasContext wants a string
# versions: 2.3+
builtins.hasContext 1
