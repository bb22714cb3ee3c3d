# category: functions
# checks: parameters shadow what is outside
# versions: 2.3+
let x = 1; in [ ((x: x) 2) (({ x }: x) { x = 3; }) ((x: let x = 4; in x) 5) ]
