# category: printing
# checks: which functions give back the very set that they got
# versions: 2.3-2.19
let s = { a = 1; b = 2; }; in [ s (removeAttrs s [ ]) (s // { }) ({ } // s) (builtins.mapAttrs (n: v: v) s) (builtins.intersectAttrs s s) (builtins.head [ s ]) (if true then s else s) ]
