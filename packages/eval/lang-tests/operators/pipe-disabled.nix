# category: operators
# checks: pipes need a feature
# versions: 2.24+
1 |> (x: x)
