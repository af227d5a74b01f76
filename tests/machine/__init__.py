"""A state machine over partners, positions, holders, councils, proposals and sign-offs: promise 3 of the design.

The real commands and decisions run on in-memory twins of the stores; each service hears of the others late, and as
much as the machine lets it. An oracle, written from the design and calling none of the code under test, says of every
sign-off whether it may stand, and of every who-decides what it should have answered.

    python -m tests.machine --steps 100000 [--seed N] [--json]        ./dev machine …

- `twin`: the services in memory, with a clock that only moves when told;
- `oracle`: who may decide what, read from the facts as plainly as possible;
- `steps`: what can happen; `checks`: what must hold of it; `machine`: both as hypothesis runs them;
- `mistakes`: decision functions made wrong on purpose, each of which the machine has to find.
"""
