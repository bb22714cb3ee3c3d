# category: functions
# checks: a trailing comma after the last argument is allowed
# versions: 2.3+
[ (({ a, }: a) { a = 1; }) (({ a, b ? 2, }: b) { a = 1; }) ]
