# category: paths
# checks: interpolated paths; all parts after the first slash
# versions: 2.3+
let x = "y"; in [ /a/${x} /a/b${x}c/d /a/${x}/../z ]
