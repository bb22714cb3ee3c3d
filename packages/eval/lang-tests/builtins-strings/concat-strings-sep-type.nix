# category: builtins-strings
# checks: concatStringsSep wants a list of strings
# versions: 2.3+
builtins.concatStringsSep "," "abc"
