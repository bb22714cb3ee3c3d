# category: conditionals
# checks: only the chosen branch is evaluated
# versions: 2.3+
[ (if true then 1 else throw "no") (if 1 > 2 then throw "no" else 2) (if !false then if false then 1 else 2 else 3) ]
