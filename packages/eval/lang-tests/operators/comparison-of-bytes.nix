# category: operators
# checks: strings compare by their bytes
# versions: 2.3+
[ ("é" > "z") ("Z" < "a") ("a-" < "a.") ]
