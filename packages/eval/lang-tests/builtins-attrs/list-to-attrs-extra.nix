# category: builtins-attrs
# checks: further attributes of the elements don't matter
# versions: 2.3+
builtins.listToAttrs [ { name = "a"; value = 1; other = throw "no"; } ]
