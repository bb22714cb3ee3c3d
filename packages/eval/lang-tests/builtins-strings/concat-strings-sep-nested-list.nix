# category: builtins-strings
# checks: lists in the list aren't joined
# versions: 2.3+
builtins.concatStringsSep "," [ [ "a" ] ]
