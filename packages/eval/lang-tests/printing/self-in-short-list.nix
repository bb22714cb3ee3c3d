# category: printing
# checks: a list that holds itself, behind a name and behind an expression
# versions: 2.3-2.19
[ (let x = [ x ]; in x) (let x = [ x 1 2 ]; in x) (let x = { a = [ x ]; }; in x) ]
