# category: with
# checks: lexical bindings win over with
# versions: 2.3+
let a = 1; in with { a = 2; b = 3; }; [ a b ]
