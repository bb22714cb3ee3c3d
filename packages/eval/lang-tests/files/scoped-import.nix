# category: files
# checks: scopedImport adds names to a file's scope
# versions: 2.3+
builtins.scopedImport { fromOutside = 41; } ./fixtures/scoped.nix
