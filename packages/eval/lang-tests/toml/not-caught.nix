# category: toml
# checks: tryEval doesn't catch a mistake in TOML
# versions: 2.3+
builtins.tryEval (builtins.fromTOML "=")
