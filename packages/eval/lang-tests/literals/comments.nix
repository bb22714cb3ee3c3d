# category: literals
# checks: line comments and block comments, also between tokens
# versions: 2.3+
[ 1 # one
  /* two */ 2 /**/ /* * / */ 3
  #/* 4
  5 ]
