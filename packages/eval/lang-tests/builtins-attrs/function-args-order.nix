# category: builtins-attrs
# checks: functionArgs has the arguments by name, with false for a required one
# versions: 2.3+
builtins.attrNames (builtins.functionArgs ({ z, a ? 1, m }: null))
