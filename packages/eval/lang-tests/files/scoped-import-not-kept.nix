# category: files
# checks: each scopedImport evaluates the file anew
# versions: 2.3+
[ (builtins.scopedImport { fromOutside = 1; } ./fixtures/scoped.nix) (builtins.scopedImport { fromOutside = 2; } ./fixtures/scoped.nix) ]
