# category: operators
# checks: the two pipes can't be mixed without parentheses
# versions: 2.24+
# features: pipe-operators
1 |> (x: x) <| 2
