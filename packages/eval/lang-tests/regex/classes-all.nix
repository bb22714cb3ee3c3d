# category: regex
# checks: every class of POSIX
# versions: 2.3+
map (c: builtins.length (builtins.filter builtins.isString (builtins.split "[[:${c}:]]" "aZ5_ \t!"))) [ "alpha" "digit" "alnum" "upper" "lower" "space" "blank" "punct" "print" "graph" "cntrl" "xdigit" ]
