# category: flakes
# checks: the built-ins have globals with underscores
# versions: 2.19+
# features: flakes
[ (builtins ? parseFlakeRef) (__parseFlakeRef "a").type (__flakeRefToString { type = "indirect"; id = "a"; }) ]
