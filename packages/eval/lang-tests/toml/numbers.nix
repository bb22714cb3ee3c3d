# category: toml
# checks: integers and floats in TOML's spellings
# versions: 2.3+
builtins.fromTOML "a = 1_000\nb = 0o17\nc = 0b101\nd = 0xDEAD_BEEF\ne = +5\nf = -0\ng = 1e3\nh = 6.626e-3\ni = -1.5\nj = 0.0\n"
