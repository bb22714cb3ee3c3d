# category: xml
# checks: sets and lists in each other, names sorted
# versions: 2.3+
builtins.toXML { z = [ { a = [ ]; } [ { } ] ]; a = { b.c = null; }; }
