# category: builtins-attrs
# checks: names sort by their bytes
# versions: 2.3+
builtins.attrNames { "é" = 1; z = 1; Z = 1; "~" = 1; "10" = 1; "9" = 1; "" = 1; "a b" = 1; a = 1; _ = 1; "-" = 1; }
