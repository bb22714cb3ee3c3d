# category: builtins-strings
# checks: substring and stringLength coerce their argument
# versions: 2.3+
[ (builtins.substring 0 1 { outPath = "xyz"; }) (builtins.stringLength { outPath = "four"; }) ]
