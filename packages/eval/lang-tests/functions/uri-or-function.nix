# category: functions
# checks: a function without a blank after the colon is a URI, a pattern isn't
# versions: 2.3+
[ (builtins.typeOf (x:x)) (({a}:a) { a = 1; }) (({a}:{b}:a+b) { a = 1; } { b = 2; }) ]
