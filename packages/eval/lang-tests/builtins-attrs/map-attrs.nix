# category: builtins-attrs
# checks: mapAttrs gives name and value
# versions: 2.3+
builtins.mapAttrs (n: v: "${n}=${toString v}") { a = 1; b = 2; }
