# category: builtins-attrs
# checks: one value that fails doesn't keep the others
# versions: 2.3+
(builtins.mapAttrs (n: v: if v == 0 then throw "no" else 10 / v) { a = 0; b = 5; }).b
