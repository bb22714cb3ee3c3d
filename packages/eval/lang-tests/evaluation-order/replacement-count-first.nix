# category: evaluation-order
# checks: the counts of texts and replacements are compared before any is evaluated
# versions: 2.3+
builtins.tryEval (builtins.replaceStrings [ (throw "a") ] [ ] "")
