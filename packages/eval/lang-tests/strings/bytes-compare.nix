# category: strings
# checks: a cut character is unequal to the whole one
# versions: 2.3+
builtins.substring 0 1 "é" == builtins.substring 0 1 "è"
