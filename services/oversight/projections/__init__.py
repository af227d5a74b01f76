"""Tables as functions of one log each, the pure folds behind them, and the queries that join them."""
