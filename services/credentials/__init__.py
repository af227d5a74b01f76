"""credentials: approval pathways, sign-offs, offerings and periodic review of microcredentials.

Decides: pathways, microcredentials, offerings. Hears: `intake` (an accepted proposal opens a microcredential) and
`partnerships` (who may decide what, and whose key is whose). Says: every fact of `shared.contracts.credentials`.
"""
