# category: printing
# checks: functionArgs gives a set of its own each time
# versions: 2.3-2.19
let f = { a ? 1 }: a; in [ (builtins.functionArgs f) (builtins.functionArgs f) ]
