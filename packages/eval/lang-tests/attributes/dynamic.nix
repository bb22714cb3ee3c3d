# category: attributes
# checks: names from strings and interpolations
# versions: 2.3+
let n = "x"; in { ${n} = 1; "${n}y" = 2; "a b".${n} = 3; "z" = 4; }
