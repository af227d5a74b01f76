"""partnerships: who takes part, who holds which position, who may decide what, and whose key is whose.

Decides: communities, persons, keys, partners with their registers of responsibilities, positions, councils, agreements.
Hears: nobody yet. Says: every fact of `shared.contracts.partnerships`.
"""
