# category: xml
# checks: attributes of elements are escaped
# versions: 2.3+
builtins.toXML { "q<\"&>" = "a<b>&\"c'\n\t"; }
