# category: builtins-lists
# checks: groupBy collects by name in order
# versions: 2.3+
builtins.groupBy (s: builtins.substring 0 1 s) [ "foo" "bar" "baz" "" "f" ]
