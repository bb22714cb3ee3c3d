# category: literals
# checks: two floats without a blank between them are two elements
# versions: 2.3+
[ 1.2.3 4.5.6.7 ]
