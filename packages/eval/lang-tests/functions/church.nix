# category: functions
# checks: numbers as functions
# versions: 2.3+
let two = f: x: f (f x); three = f: x: f (f (f x)); plus = m: n: f: x: m f (n f x); times = m: n: f: m (n f); in [ (plus two three (x: x + 1) 0) (times two three (x: x + 1) 0) (three two (x: x + 1) 0) ]
