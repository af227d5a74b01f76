"""oversight: where everything is, whom it waits on, how it came about, and which figures do not agree.

Decides: nothing, and so it has no log. Hears: partnerships, intake, credentials. Says: nothing.
Each table follows exactly one log; what the logs mean together is answered when somebody asks.
"""
