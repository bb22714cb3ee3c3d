# category: attributes
# checks: a computed name may turn out to be null
# versions: 2.3+
let n = if true then null else "x"; in { ${n} = throw "no"; b.${n} = 1; }
