# category: literals
# checks: a bracket ends a URI
# versions: 2.3+
[ http://a/(1) ]
