# category: builtins-attrs
# checks: which functions keep positions
# versions: 2.3+
let s = { a = 1; b = 2; }; column = set: (builtins.unsafeGetAttrPos "a" set).column or null; in map column [ s (s // { b = 3; }) ({ b = 3; } // s) (removeAttrs s [ "b" ]) (builtins.mapAttrs (n: v: v) s) (builtins.intersectAttrs { a = 0; } s) ]
