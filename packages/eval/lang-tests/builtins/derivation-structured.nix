# category: builtins
# checks: structured attributes
# versions: 2.3+
# flags: store
(derivation { name = "x"; system = "s"; builder = "/b"; __structuredAttrs = true; a = { b = [ 1 true null 1.5 "x" ]; }; }).drvPath
