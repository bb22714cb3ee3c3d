# category: builtins-strings
# checks: baseNameOf knows no special names
# versions: 2.3+
map baseNameOf [ "." ".." "/a/." "/a/.." "a//" "//" ]
