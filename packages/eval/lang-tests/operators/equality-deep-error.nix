# category: operators
# checks: an error inside of equal structures surfaces
# versions: 2.3+
(builtins.tryEval ({ a = [ 1 (throw "x") ]; } == { a = [ 1 2 ]; })).success
