# category: with
# checks: a with around a function
# versions: 2.3+
let f = with { k = 10; }; x: x + k; in f 1
