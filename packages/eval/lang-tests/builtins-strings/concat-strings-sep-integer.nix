# category: builtins-strings
# checks: elements coerce as in interpolation
# versions: 2.3+
builtins.concatStringsSep "," [ 1 ]
