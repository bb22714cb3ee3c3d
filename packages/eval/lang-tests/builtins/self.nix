# category: builtins
# checks: builtins contains itself
# versions: 2.3+
[ (builtins ? builtins) (builtins.builtins ? map) (builtins.isAttrs builtins) ]
