# category: builtins-attrs
# checks: attrNames and attrValues sort by name
# versions: 2.3+
let s = { b = 1; a = 2; B = 3; "a b" = 4; a-b = 5; }; in [ (builtins.attrNames s) (builtins.attrValues s) (builtins.attrNames { }) ]
