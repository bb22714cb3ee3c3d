# category: builtins-strings
# checks: toPath of an empty string
# versions: 2.3+
builtins.toPath ""
