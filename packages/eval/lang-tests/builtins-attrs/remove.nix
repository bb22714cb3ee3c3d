# category: builtins-attrs
# checks: removeAttrs ignores names that aren't there
# versions: 2.3+
[ (removeAttrs { a = 1; b = 2; c = 3; } [ "a" "c" "z" ]) (removeAttrs { } [ "a" ]) (removeAttrs { a = 1; } [ ]) ]
