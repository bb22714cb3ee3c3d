# category: errors
# checks: an unexpected argument isn't caught
# versions: 2.3+
builtins.tryEval (({ }: 1) { a = 1; })
