# category: literals
# checks: which characters a URI may have after its scheme
# versions: 2.3+
[ x:%?:@&=+$,-_.!~*' (builtins.stringLength a.b+c-d:e) ]
