# category: paths
# checks: a search path's characters, with a missing one caught
# versions: 2.3+
(builtins.tryEval <a-b_c.d+e/f>).success
