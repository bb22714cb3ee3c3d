# category: xml
# checks: a set of type derivation prints its paths
# versions: 2.3+
builtins.toXML { type = "derivation"; drvPath = "/d.drv"; outPath = "/o"; name = "n"; }
