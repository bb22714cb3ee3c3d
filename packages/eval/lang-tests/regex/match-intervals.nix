# category: regex
# checks: counted repetition
# versions: 2.3+
map (p: builtins.match p "aaa") [ "a{3}" "a{2}" "a{2,}" "a{1,2}" "(a{1,2}){2}" "a{4,}" "a{0,3}" ]
