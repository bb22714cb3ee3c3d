# category: files
# checks: import is evaluated when the value is used
# versions: 2.3+
({ a = import ./fixtures/missing.nix; b = 1; }).b
