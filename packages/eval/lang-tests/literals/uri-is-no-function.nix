# category: literals
# checks: a colon without a blank makes a URI, with a blank a function
# versions: 2.3+
[ (builtins.typeOf (x:x)) (builtins.typeOf (x: x)) ]
