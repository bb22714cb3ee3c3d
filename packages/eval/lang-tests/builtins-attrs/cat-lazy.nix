# category: builtins-attrs
# checks: catAttrs evaluates the sets, not the values
# versions: 2.3+
builtins.length (builtins.catAttrs "a" [ { a = throw "no"; } { b = throw "no"; } ])
