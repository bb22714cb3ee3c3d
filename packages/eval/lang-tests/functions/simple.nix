# category: functions
# checks: functions of one argument, curried
# versions: 2.3+
[ ((x: x + 1) 1) ((x: y: x - y) 5 3) ((_: 1) (throw "no")) ]
