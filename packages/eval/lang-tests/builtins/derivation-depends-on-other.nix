# category: builtins
# checks: a derivation whose attribute is another one's output
# versions: 2.3+
# flags: store
let d = derivation { name = "a"; system = "s"; builder = "/b"; outputs = [ "out" "dev" ]; }; e = derivation { name = "e"; system = "s"; builder = "${d}/bin"; x = d.dev; }; in [ e.drvPath (builtins.getContext e.outPath == { ${builtins.unsafeDiscardStringContext e.drvPath} = { outputs = [ "out" ]; }; }) (builtins.attrNames (builtins.getContext "${d}${d.dev}")) ]
