# category: paths
# checks: an interpolation ends where a name can't go on
# versions: 2.3+
[ /a/${"b"}-c.d+e_f (builtins.length [ /a/${"b"} "c" ]) ]
