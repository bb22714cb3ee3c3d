# category: paths
# checks: dots in an added string are resolved as text
# versions: 2.3+
[ (/a/b + "/..") (/a/b + "/../../..") (/a + "..") (/a/b + "/./c") (/. + "/x") ]
