# category: laziness
# checks: genList evaluates only what is asked for
# versions: 2.3+
builtins.elemAt (builtins.genList (i: if i == 3 then "three" else throw "no") 5) 3
