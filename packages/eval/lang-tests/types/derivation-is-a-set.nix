# category: types
# checks: a set of type derivation is a set
# versions: 2.3+
let d = { type = "derivation"; outPath = "/o"; }; in [ (builtins.typeOf d) (builtins.isAttrs d) (builtins.isString d) ]
