# category: regex
# checks: a dot matches a line feed, a dollar only the end
# versions: 2.3+
[ (builtins.match "a.b" "a\nb") (builtins.match "a$.b" "a\nb") (builtins.match "(.*)" "a\nb\n") ]
