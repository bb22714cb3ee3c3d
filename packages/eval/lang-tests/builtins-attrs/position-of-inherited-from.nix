# category: builtins-attrs
# checks: names inherited from a set stand each where it is named
# versions: 2.26+
map (name: (builtins.unsafeGetAttrPos name { inherit (1) a   b; }).column) [ "a" "b" ]
