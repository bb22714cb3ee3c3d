# category: paths
# checks: path plus string is a canonical path; string plus path is a string
# versions: 2.3+
[ (/a + "/b") (/a + "b") (/a + "/../c") (/a + "/b/") (/. + "a") (/a + /b) ]
