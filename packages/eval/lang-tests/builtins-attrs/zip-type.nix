# category: builtins-attrs
# checks: zipAttrsWith wants a list of sets
# versions: 2.3+
builtins.zipAttrsWith (n: vs: vs) [ 1 ]
