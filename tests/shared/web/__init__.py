"""HTTP: what is sent is judged before anything runs, and every answer says what it means."""
