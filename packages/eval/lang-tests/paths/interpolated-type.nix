# category: paths
# checks: an interpolated path is a path, also with nothing but an interpolation behind the slash
# versions: 2.3+
let x = "b"; in [ (builtins.typeOf /${x}) /${x} (builtins.typeOf /a/${x}/c) ]
