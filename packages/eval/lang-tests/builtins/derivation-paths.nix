# category: builtins
# checks: paths of a simple derivation
# versions: 2.3+
# flags: store
let d = derivation { name = "x"; system = "s"; builder = "/b"; args = [ "a" 1 true null [ "b" ] ]; n = 3; f = 1.5; t = true; l = [ 1 "c" ]; none = null; }; in [ d.drvPath d.outPath ]
