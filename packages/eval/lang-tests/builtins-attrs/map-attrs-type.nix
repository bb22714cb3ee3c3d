# category: builtins-attrs
# checks: mapAttrs wants a set
# versions: 2.3+
builtins.mapAttrs (n: v: v) [ ]
