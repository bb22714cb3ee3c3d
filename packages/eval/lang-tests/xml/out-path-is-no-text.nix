# category: xml
# checks: a set with outPath alone is a set
# versions: 2.3+
builtins.toXML { outPath = "/o"; }
