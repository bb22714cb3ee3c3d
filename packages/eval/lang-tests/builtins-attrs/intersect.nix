# category: builtins-attrs
# checks: intersectAttrs takes names of the first and values of the second
# versions: 2.3+
[ (builtins.intersectAttrs { a = 1; b = 2; } { b = 3; c = 4; }) (builtins.intersectAttrs { } { a = 1; }) (builtins.intersectAttrs { a = throw "no"; } { a = 1; }) ]
