# category: printing
# checks: which functions give back the very list that they got
# versions: 2.3-2.19
let l = [ 1 2 3 ]; in [ l (l ++ [ ]) ([ ] ++ l) (builtins.filter (x: true) l) (builtins.sort builtins.lessThan l) (builtins.concatLists [ l ]) (map (x: x) l) (builtins.elemAt [ l ] 0) ]
