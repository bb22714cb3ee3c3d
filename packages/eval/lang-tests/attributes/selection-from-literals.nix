# category: attributes
# checks: lists, strings and sets can stand before a dot
# versions: 2.3+
[ ({ a = 1; }).a { b = 2; }.b rec { c = d; d = 3; }.c ]
