# category: files
# checks: tryEval doesn't catch a missing file
# versions: 2.3+
builtins.tryEval (import ./fixtures/missing.nix)
