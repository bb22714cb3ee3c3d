# category: builtins-strings
# checks: the separator is a string
# versions: 2.3+
builtins.concatStringsSep 1 [ ]
