# category: paths
# checks: a relative path stands below the directory of its file
# versions: 2.3+
[ (baseNameOf ./.) (baseNameOf ./x) (baseNameOf ../paths) (baseNameOf (dirOf ./a/b/c)) (baseNameOf a/b) (baseNameOf ./a.b-c_d+e) ]
