"""Generated history: communities at work for some years, told as append requests. The same seed tells the same.

What happens is decided by the services' own deciders: a community's partners and positions one by one; the lives of its
proposals and microcredentials as templates, each played through the deciders once per community and then told again and
again with other ids, keys and times.

- `seeded`: ids and keys that a seed decides. `cast`: a community's partners, people and pathways.
- `play`: one life, act by act. `lives`: which lives there are, and how often. `subjects`: what they are about.
- `template`: a played life with its ids and times cut out. `telling`: how many lives from when, in the order of time.
"""
