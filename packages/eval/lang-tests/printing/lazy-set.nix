# category: printing
# checks: without --strict attributes that aren't evaluated are code
# versions: 2.3-2.19
# flags: lazy
{ a = 1 + 1; b = 2; c = "s"; d = { }; e = [ (1 + 1) ]; f = x: x; }
