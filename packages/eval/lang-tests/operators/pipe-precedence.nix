# category: operators
# checks: pipes bind weaker than implication
# versions: 2.24+
# features: pipe-operators
[ (false -> false |> (x: !x)) (1 + 2 |> (x: x * 2)) ({ a = 1; } // { b = 2; } |> builtins.attrNames) ]
