# category: functions
# checks: a default sees the scope around the function
# versions: 2.3+
let x = 1; in ({ a ? x, ... }: a) { x = 2; }
