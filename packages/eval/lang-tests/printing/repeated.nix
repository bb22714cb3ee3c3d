# category: printing
# checks: a list or set that was printed before
# versions: 2.3-2.19
let s = { a = 1; }; l = [ 1 ]; in [ s s l l ]
