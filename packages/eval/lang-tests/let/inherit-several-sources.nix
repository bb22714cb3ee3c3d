# category: let
# checks: several inherits from sets that other bindings give
# versions: 2.3+
let s = { a = 1; b = 2; }; inherit (s) a; t = { inherit b; }; inherit (t) c; b = 4; in builtins.tryEval [ a b ]
