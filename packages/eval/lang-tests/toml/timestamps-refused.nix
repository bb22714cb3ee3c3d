# category: toml
# checks: timestamps need a feature
# versions: 2.3+
builtins.fromTOML "a = 1979-05-27T07:32:00Z"
