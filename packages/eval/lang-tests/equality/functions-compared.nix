# category: equality
# checks: elem and the order of lists take one and the same cell for equal, functions included
# versions: 2.3+
let
  f = x: x;
  g = { inherit f; };
in
[
  (builtins.elem f [ 1 f ])
  (builtins.elem g.f [ f ])
  (builtins.elem (x: x) [ f ])
  (builtins.elem { x = f; } [ { x = f; } ])
  ([ f 1 ] < [ f 2 ])
  ((h: builtins.elem h [ h ]) f)
  (let l = [ f ]; in builtins.elem (builtins.head l) l)
  (builtins.elem builtins.head [ builtins.head ])
]
