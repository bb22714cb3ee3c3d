# category: errors
# checks: a name that is computed twice isn't caught
# versions: 2.3+
builtins.tryEval { ${"a" + ""} = 1; ${"" + "a"} = 2; }
