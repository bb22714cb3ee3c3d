# category: builtins-strings
# checks: letters come before numbers, pre before all
# versions: 2.3+
map (p: builtins.compareVersions (builtins.head p) (builtins.elemAt p 1)) [ [ "1.a" "1.b" ] [ "1.0pre" "1.0a" ] [ "1.pre" "1" ] [ "1.0" "1.0.0" ] [ "a" "1" ] [ "1" "1-" ] [ "1.10" "1.9" ] [ "01" "1" ] [ "" "" ] [ "pre" "" ] ]
