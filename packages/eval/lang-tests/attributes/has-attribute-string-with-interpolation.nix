# category: attributes
# checks: names of the question mark may be strings with interpolations
# versions: 2.3+
let n = "x"; in [ ({ "xy" = 1; } ? "${n}y") ({ x.y = 1; } ? ${n}."y") ]
