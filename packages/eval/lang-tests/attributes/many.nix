# category: attributes
# checks: a large set keeps its order
# versions: 2.3+
builtins.listToAttrs (builtins.genList (i: { name = "n${toString i}"; value = i; }) 40)
