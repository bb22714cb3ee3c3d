# category: files
# checks: the scope is a set
# versions: 2.3+
builtins.scopedImport 1 ./fixtures/scoped.nix
