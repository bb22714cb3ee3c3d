# category: flakes
# checks: a path must be absolute
# versions: 2.19+
# features: flakes
(builtins.tryEval (builtins.parseFlakeRef "./a")).success
