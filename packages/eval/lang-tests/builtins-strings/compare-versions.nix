# category: builtins-strings
# checks: the order of versions
# versions: 2.3+
map (p: builtins.compareVersions (builtins.head p) (builtins.elemAt p 1)) [ [ "1.0" "2.3" ] [ "2.3" "2.3" ] [ "2.3.1" "2.3a" ] [ "2.3pre1" "2.3" ] [ "2.3pre3" "2.3pre12" ] [ "" "1" ] [ "1" "1.0" ] [ "1.a" "1.1" ] [ "4294967296" "1" ] ]
