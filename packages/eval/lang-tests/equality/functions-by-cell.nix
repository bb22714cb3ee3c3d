# category: equality
# checks: functions in lists and sets equal themselves only where they are one and the same cell; nixpkgs compares platforms so
# versions: 2.3+
let
  f = x: x;
  s = { inherit f; };
  mapped = builtins.mapAttrs (name: value: value) s;
  selected = s.f;
  inherited = { inherit (s) f; };
  list = [ s.f ];
in
[
  ([ f ] == [ f ])
  ([ s.f ] == [ s.f ])
  (s == s)
  (mapped == s)
  (mapped == mapped)
  (map (x: x) [ f ] == [ f ])
  ({ x = s.f; } == { x = s.f; })
  (let g = f; in [ g ] == [ f ])
  ([ selected ] == [ f ])
  (list == list)
  ((x: [ x ] == [ f ]) s.f)
  ((x: [ x ] == [ x ]) s.f)
  (inherited == s)
  (inherited == inherited)
  ([ builtins.head ] == [ builtins.head ])
  (let f' = x: x; g = with { inherit f'; }; f'; in [ g ] == [ f' ])
]
