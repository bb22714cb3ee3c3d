# category: operators
# checks: a pipe applies what stands right of it
# versions: 2.24+
# features: pipe-operators
[ (1 |> (x: x + 1)) ([ 3 1 2 ] |> builtins.sort builtins.lessThan |> map (x: x * 2)) ]
