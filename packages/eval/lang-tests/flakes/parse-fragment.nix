# category: flakes
# checks: a reference has no fragment
# versions: 2.19+
# features: flakes
builtins.parseFlakeRef "github:a/b#c"
