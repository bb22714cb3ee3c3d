# category: strings
# checks: plus joins strings, with an empty string changes nothing
# versions: 2.3+
[ ("a" + "b") ("" + "") ("a" + "" + "b") ]
