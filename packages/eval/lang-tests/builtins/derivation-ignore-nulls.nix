# category: builtins
# checks: null attributes can be left out
# versions: 2.3+
# flags: store
let d = a: (derivation ({ name = "x"; system = "s"; builder = "/b"; } // a)).drvPath; in [ (d { __ignoreNulls = true; a = null; } == d { }) (d { a = null; } == d { a = ""; }) (d { a = null; } == d { }) ]
