# category: functions
# checks: the ellipsis stands last
# versions: 2.3+
{ ..., a }: a
