# category: paths
# checks: which characters a path may have
# versions: 2.3+
map baseNameOf [ /a/b.c /a/_b /a/-b /a/+b /a/1 /a/b-1.2+3_4 ]
