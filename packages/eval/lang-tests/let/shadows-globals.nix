# category: let
# checks: let may shadow global names
# versions: 2.3+
let map = f: f; builtins = { x = 1; }; toString = 2; in [ (map 3) builtins.x toString ]
