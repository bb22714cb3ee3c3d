# category: strings
# checks: interpolations nest to any depth, each with its own quotes
# versions: 2.3+
let a = "1"; in "${"${"${a}${"${a}2"}"}3"}4"
