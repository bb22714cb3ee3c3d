# category: evaluation-order
# checks: functions that are never called aren't evaluated
# versions: 2.3+
[ (builtins.length (map (throw "x") [ 1 ])) (builtins.attrNames (builtins.mapAttrs (throw "x") { a = 1; })) ]
