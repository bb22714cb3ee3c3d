# category: with
# checks: the global names win over with
# versions: 2.3+
with { map = 1; true = 2; builtins = 3; }; [ (builtins.typeOf map) true ]
