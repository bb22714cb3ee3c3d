# category: printing
# checks: without --strict elements that aren't evaluated are code
# versions: 2.3-2.19
# flags: lazy
[ (1 + 1) 2 "s" { a = throw "no"; } [ ] (x: x) ]
