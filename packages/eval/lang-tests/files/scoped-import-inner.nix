# category: files
# checks: a file that it imports doesn't see the scope
# versions: 2.3+
(builtins.tryEval (builtins.scopedImport { fromOutside = 1; } ./fixtures/nested/imports-scoped.nix)).success
