# category: conditionals
# checks: the first condition that holds decides, the rest isn't evaluated
# versions: 2.3+
let f = n: if n < 0 then "negative" else if n == 0 then "zero" else if n < 10 then "small" else throw "large"; in map f [ (-1) 0 5 ]
