# category: functions
# checks: an argument's name in a default is the argument
# versions: 2.3+
let a = 1; in ({ a ? 5, b ? a }: b) { a = 2; }
