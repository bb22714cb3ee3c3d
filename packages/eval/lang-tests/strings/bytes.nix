# category: strings
# checks: strings count bytes; substrings may cut characters
# versions: 2.3+
[ (builtins.stringLength "é") (builtins.stringLength "😀") (builtins.substring 1 2 "aéb") ]
