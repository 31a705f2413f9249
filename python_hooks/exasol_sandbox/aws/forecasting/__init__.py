"""Time-series forecasting: series on a grid of steps, models of them, a backtest, and what it writes."""
