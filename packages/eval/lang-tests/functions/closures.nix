# category: functions
# checks: functions keep the scope they were made in
# versions: 2.3+
let mk = x: { get = x; add = y: mk (x + y); }; in ((mk 1).add 2).get
