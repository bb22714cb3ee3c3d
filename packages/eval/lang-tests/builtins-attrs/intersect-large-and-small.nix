# category: builtins-attrs
# checks: whichever set is larger, the second gives the values
# versions: 2.3+
let large = builtins.listToAttrs (builtins.genList (i: { name = "n${toString i}"; value = i; }) 200); in [ (builtins.intersectAttrs large { n7 = "x"; z = 1; }) (builtins.intersectAttrs { n7 = "x"; z = 1; } large) ]
