# category: functions
# checks: a function of many arguments, applied in parts
# versions: 2.3+
let f = a: b: c: d: e: f: a + b + c + d + e + f; g = f 1 2 3; in [ (g 4 5 6) (g 0 0 0) ]
