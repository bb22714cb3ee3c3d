# category: regex
# checks: an invalid pattern can't be caught
# versions: 2.3+
builtins.tryEval (builtins.match "[" "a")
