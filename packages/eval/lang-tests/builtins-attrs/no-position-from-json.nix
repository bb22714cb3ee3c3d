# category: builtins-attrs
# checks: data has no positions
# versions: 2.3+
map (s: builtins.unsafeGetAttrPos "a" s) [ (builtins.fromJSON "{\"a\":1}") (builtins.fromTOML "a = 1") (builtins.listToAttrs [ ]) ]
