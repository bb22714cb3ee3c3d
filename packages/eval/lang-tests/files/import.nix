# category: files
# checks: import evaluates a file, and a directory's default.nix
# versions: 2.3+
[ (import ./fixtures/number.nix) (import ./fixtures/number.nix + 1) (import ./fixtures) ]
