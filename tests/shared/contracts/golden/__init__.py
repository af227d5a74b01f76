"""Golden samples: every fact ever published, as its bytes are stored, and what they mean. Written once, never changed.

`<service>/<tag without the service>/` holds, for that tag,

- `<kind>-<n>.stored.jsonl`: one fact a line, exactly the bytes as stored; `generated` from the contracts, or `recorded`
  by the real cases;
- `<kind>-<n>.as.<tag>.jsonl`: what each line means, read as that tag of today's, with the type of every value.

`SHA256SUMS` holds the digest of each; `python -m tests.shared.contracts.golden` adds what is missing.
"""
