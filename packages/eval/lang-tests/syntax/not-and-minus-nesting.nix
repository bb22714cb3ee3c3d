# category: syntax
# checks: repeated unary operators
# versions: 2.3+
[ (!!true) (- - 1) (!(!false)) ]
