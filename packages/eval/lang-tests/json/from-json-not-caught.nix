# category: json
# checks: tryEval doesn't catch a mistake in JSON
# versions: 2.3+
builtins.tryEval (builtins.fromJSON "x")
