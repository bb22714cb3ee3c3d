# category: attributes
# checks: inherit from the scope and from a set
# versions: 2.3+
let a = 1; b = 2; s = { c = 3; "d e" = 4; }; in { inherit a b; inherit (s) c "d e"; inherit; inherit (s); }
