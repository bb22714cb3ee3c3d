# category: files
# checks: import gives functions
# versions: 2.3+
(import ./fixtures/function.nix) { x = 2; }
