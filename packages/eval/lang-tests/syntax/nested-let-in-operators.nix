# category: syntax
# checks: let, with, if and functions extend as far as possible
# versions: 2.3+
[ (let a = 1; in a + 1) (if true then 1 else 2 + 3) (with { a = 1; }; a + 1) ((x: x + 1) 2) (assert true; 1 + 1) ]
