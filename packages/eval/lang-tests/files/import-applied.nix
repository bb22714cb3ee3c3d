# category: files
# checks: a function from a file takes its argument right away
# versions: 2.3+
map (import ./fixtures/function.nix) [ { x = 1; } { x = 2; } ]
