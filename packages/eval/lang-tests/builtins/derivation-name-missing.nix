# category: builtins
# checks: a derivation has a name
# versions: 2.3+
# flags: store
(derivation { system = "s"; builder = "/b"; }).outPath
