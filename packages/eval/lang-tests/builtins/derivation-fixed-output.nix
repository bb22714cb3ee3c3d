# category: builtins
# checks: a fixed output's path depends on its hash and name alone
# versions: 2.3+
# flags: store
let d = a: (derivation ({ name = "x"; system = "s"; builder = "/b"; outputHashAlgo = "sha256"; outputHashMode = "flat"; outputHash = "0000000000000000000000000000000000000000000000000000"; } // a)).outPath; in [ (d { }) (d { b = 1; } == d { }) (d { outputHashMode = "recursive"; } == d { }) (d { name = "y"; } == d { }) ]
