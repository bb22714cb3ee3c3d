# category: builtins-attrs
# checks: getAttr and hasAttr
# versions: 2.3+
[ (builtins.getAttr "a" { a = 1; }) (builtins.hasAttr "a" { a = 1; }) (builtins.hasAttr "b" { a = 1; }) ]
