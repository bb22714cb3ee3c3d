# category: coercion
# checks: toString of every kind that it takes
# versions: 2.3+
[ (toString 1) (toString (-5)) (toString 1.5) (toString true) (toString false) (toString null) (toString "a") (toString [ 1 [ 2 "b" ] null true ]) (toString /a) (toString { outPath = "o"; }) (toString { __toString = s: "t"; }) (toString [ ]) (toString [ "a" [ ] "b" ]) ]
