# category: literals
# checks: a block comment may hold any number of stars before it ends
# versions: 2.3+
[ 1 /***/ 2 /****/ 3 /* **/ 4 ]
