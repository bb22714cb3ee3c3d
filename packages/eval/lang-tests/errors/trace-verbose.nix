# category: errors
# checks: traceVerbose gives back its second argument without evaluating the first
# versions: 2.10+
builtins.traceVerbose (throw "no") 2
