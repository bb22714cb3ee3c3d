# category: attributes
# checks: inherit takes names as strings
# versions: 2.3+
let s = { "if" = 1; "a b" = 2; }; in { inherit (s) "if" "a b"; }
