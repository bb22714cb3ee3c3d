# category: builtins
# checks: a name doesn't end as derivations do
# versions: 2.3+
# flags: store
(derivation { name = "x.drv"; system = "s"; builder = "/b"; }).outPath
