# category: builtins-lists
# checks: genList from zero up
# versions: 2.3+
[ (builtins.genList (x: x * x) 5) (builtins.genList (x: x) 0) ]
