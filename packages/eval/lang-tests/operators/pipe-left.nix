# category: operators
# checks: a reversed pipe applies what stands left of it, grouping to the right
# versions: 2.24+
# features: pipe-operators
((x: x * 2) <| (x: x + 1) <| 3)
