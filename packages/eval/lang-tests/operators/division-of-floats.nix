# category: operators
# checks: floats divide as floats
# versions: 2.3+
[ (7.0 / 2) (7 / 2.0) (1.0 / 3) (-1.0 / 4) ]
