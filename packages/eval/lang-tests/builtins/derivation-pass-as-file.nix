# category: builtins
# checks: passAsFile names attributes, and changes the derivation
# versions: 2.3+
# flags: store
let d = a: (derivation ({ name = "x"; system = "s"; builder = "/b"; text = "abc"; } // a)).drvPath; in [ (d { passAsFile = [ "text" ]; }) (d { passAsFile = "text"; } == d { passAsFile = [ "text" ]; }) (d { } == d { passAsFile = [ ]; }) ]
