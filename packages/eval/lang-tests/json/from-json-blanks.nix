# category: json
# checks: blanks around and between everything
# versions: 2.3+
builtins.fromJSON "  \n { \"a\" : [ 1 , 2 ] ,\t\"b\":{ } }\r\n "
