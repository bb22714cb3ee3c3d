# category: attributes
# checks: functions of a recursive set call each other
# versions: 2.3+
(rec { even = n: n == 0 || odd (n - 1); odd = n: n != 0 && even (n - 1); }).even 20
