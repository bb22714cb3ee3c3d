# category: errors
# checks: tryEval doesn't catch a failed coercion
# versions: 2.3+
builtins.tryEval (toString (x: x))
