"""intake: proposals, and what industry says of a concept before any content is built.

Decides: proposals, from draft through concept validation to accepted, returned, declined or withdrawn.
Hears: partnerships (who may act, with which key) and credentials (which pathways are published).
Says: every fact of `shared.contracts.intake`.
"""
