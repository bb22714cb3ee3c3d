# category: paths
# checks: the length of a path's text is that of its copy, toString's that of the path
# versions: 2.3+
builtins.stringLength (toString /a/./b)
