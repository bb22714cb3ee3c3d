# category: errors
# checks: tryEval catches a missing search path
# versions: 2.3+
builtins.tryEval <surely-not-on-the-search-path>
