# category: builtins-strings
# checks: baseNameOf wants a path or string
# versions: 2.3+
baseNameOf 1
