# category: attributes
# checks: a computed name that is missing takes the default
# versions: 2.3+
let n = "z"; in [ ({ a = 1; }.${n} or 2) ({ a = 1; }."${n}z" or 3) ]
