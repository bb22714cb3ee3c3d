# category: functions
# checks: arguments aren't evaluated before they are used
# versions: 2.3+
[ ((x: 1) (throw "no")) (({ a, b }: a) { a = 1; b = throw "no"; }) ]
