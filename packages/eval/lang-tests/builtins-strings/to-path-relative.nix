# category: builtins-strings
# checks: toPath wants an absolute path
# versions: 2.3+
builtins.toPath "a/b"
