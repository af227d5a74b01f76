"""HTTP: app factory, problem details, who asks, receipts, health. What a refusal means over HTTP is said only here."""
