# category: builtins-attrs
# checks: attrValues evaluates no value
# versions: 2.3+
builtins.length (builtins.attrValues { a = throw "no"; b = throw "no"; })
