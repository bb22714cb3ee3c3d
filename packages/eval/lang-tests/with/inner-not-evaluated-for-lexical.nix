# category: with
# checks: nested withs are evaluated from the inside, as far as needed
# versions: 2.3+
let x = 1; in with throw "outer"; with { y = 2; }; [ x y ]
