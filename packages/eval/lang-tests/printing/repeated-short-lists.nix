# category: printing
# checks: a list of one or two elements is repeated only in the same place, a longer one wherever it is
# versions: 2.3-2.19
let l = [ 1 ]; m = [ 1 2 3 ]; in [ l l (if true then l else l) m (if true then m else m) (map (x: x) [ l l ]) { a = l; inherit ({ b = l; }) b; c = { d = l; }.d; } ]
