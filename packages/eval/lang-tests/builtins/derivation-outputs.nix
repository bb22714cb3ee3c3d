# category: builtins
# checks: each output is a set with the others in it
# versions: 2.3+
# flags: store
let d = derivation { name = "x"; system = "s"; builder = "/b"; outputs = [ "out" "dev" ]; }; in [ d.outputName d.dev.outputName (d.dev.out.outPath == d.outPath) (builtins.length d.all) (d ? dev.dev) ]
