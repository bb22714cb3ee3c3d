# category: attributes
# checks: selection with names, strings and computed names
# versions: 2.3+
let s = { a.b.c = 1; "x y" = 2; }; n = "b"; in [ s.a.b.c s."x y" s.a.${n}.c s."a"."${n}".c ]
