# category: builtins-strings
# checks: toString of nested lists and odd values
# versions: 2.3+
[ (toString [ true [ false null ] [ [ ] ] 1.5 "a b" ]) (toString [ [ ] [ ] ]) (toString [ "" "" ]) (toString [ null ]) (toString [ "a" null "b" ]) ]
