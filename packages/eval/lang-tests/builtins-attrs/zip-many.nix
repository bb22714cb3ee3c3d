# category: builtins-attrs
# checks: values come in the order of the sets, whatever their number
# versions: 2.3+
builtins.zipAttrsWith (n: vs: vs) (builtins.genList (i: if i / 2 * 2 == i then { even = i; } else { odd = i; "n${toString i}" = i; }) 7)
