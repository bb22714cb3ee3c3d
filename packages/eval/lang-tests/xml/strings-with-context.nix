# category: xml
# checks: toXML keeps contexts
# versions: 2.3+
builtins.hasContext (builtins.toXML [ (builtins.appendContext "x" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }) ])
