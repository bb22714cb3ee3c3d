# category: files
# checks: a file that is imported twice is evaluated once
# versions: 2.3+
let f = import ./fixtures/function.nix; in [ (builtins.typeOf f) (import ./fixtures/number.nix == import ./fixtures/number.nix) ]
