"""What the faults of the host stand on, each a piece of its own that leaves nothing behind, however a run ends.

- `image`: a file system of one's own on a loop device, whose power can be cut.
- `small_disk`: a disk that can be filled, and freed again.
- `namespaces`: networks of one's own, of which one can be cut off.
- `clock`: a wall clock that jumps, for the programs that are started under it and for nobody else.
- `scratch`: the folder all of them work in; what a killed run left mounted is found at the next start and put away.

Where root, a program or a feature of the kernel is absent, each raises `Absent` and says which.
"""
