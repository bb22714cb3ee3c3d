# category: flakes
# checks: without the feature there are no such built-ins
# versions: 2.19+
[ (builtins ? parseFlakeRef) (builtins ? flakeRefToString) ]
