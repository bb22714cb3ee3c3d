# category: xml
# checks: a derivation that was printed is not printed again
# versions: 2.3+
let d = { type = "derivation"; drvPath = "/d.drv"; outPath = "/o"; a = 1; }; in builtins.toXML [ d d ]
