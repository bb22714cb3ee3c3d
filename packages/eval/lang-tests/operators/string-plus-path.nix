# category: operators
# checks: a string plus a path is a string with the path's text, once it is copied
# versions: 2.3+
builtins.typeOf ("" + "/a")
