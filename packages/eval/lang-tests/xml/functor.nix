# category: xml
# checks: a functor is a set with its function
# versions: 2.3+
builtins.toXML { __functor = self: x: x; }
