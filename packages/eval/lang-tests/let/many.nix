# category: let
# checks: hundreds of bindings, each of the one before
# versions: 2.3+
let a0 = 0; a1 = a0 + 1; a2 = a1 + 1; a3 = a2 + 1; a4 = a3 + 1; a5 = a4 + 1; a6 = a5 + 1; a7 = a6 + 1; a8 = a7 + 1; a9 = a8 + 1; a10 = a9 + 1; a11 = a10 + 1; a12 = a11 + 1; a13 = a12 + 1; a14 = a13 + 1; a15 = a14 + 1; a16 = a15 + 1; a17 = a16 + 1; a18 = a17 + 1; a19 = a18 + 1; a20 = a19 + 1; in a20
