# category: functions
# checks: further attributes are allowed by an ellipsis
# versions: 2.3+
[ (({ a, ... }: a) { a = 1; b = 2; }) (({ ... }: 1) { x = 1; }) (({ a ? 1, ... }: a) { b = 2; }) ]
