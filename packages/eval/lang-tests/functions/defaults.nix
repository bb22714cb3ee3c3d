# category: functions
# checks: defaults are used for what is missing, and see the other arguments
# versions: 2.3+
[ (({ a ? 1, b ? a + 1 }: [ a b ]) { }) (({ a ? b, b ? 2 }: [ a b ]) { }) (({ a ? 1 }: a) { a = 2; }) ]
